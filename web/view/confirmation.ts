import type { ControlQuestion } from '../model/control-question.ts';
import { element, part } from './element.ts';

/** Asks before something is done. What cannot be undone takes the pipeline's name. */
export function confirmed({ title, text, label, isFinal }: ControlQuestion, name: string): Promise<boolean> {
  const dialog = part('confirmation', 'dialog');
  const typed = element('input', { id: 'confirmation-name', autocomplete: 'off', spellcheck: 'false' });
  const yes = element('button', { type: 'submit', value: 'yes', class: isFinal ? 'primary grave' : 'primary' }, label);
  // No key pressed by mistake, nor a second press, says yes.
  const no = element('button', { type: 'button' }, 'Cancel');
  const form = element(
    'form',
    { method: 'dialog' },
    element('h2', { id: 'confirmation-title' }, title),
    element('p', { id: 'confirmation-text' }, text),
    ...(isFinal ? [element('label', {}, `Type ${name} to go on `, typed)] : []),
    element('div', { class: 'choices' }, no, yes),
  );
  const settle = () => {
    yes.disabled = isFinal && typed.value !== name;
  };
  typed.addEventListener('input', settle);
  no.addEventListener('click', () => dialog.close('no'));
  settle();
  dialog.returnValue = 'no';
  dialog.replaceChildren(form);
  dialog.showModal();
  (isFinal ? typed : no).focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
