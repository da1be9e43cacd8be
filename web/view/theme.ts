import { element } from './element.ts';

const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];
const STORED = 'mullion-theme';
const NAMES: Readonly<Record<Theme, string>> = { system: 'as the system has them', light: 'light', dark: 'dark' };
const SIGNS: Readonly<Record<Theme, string>> = { system: '◐', light: '☀', dark: '☾' };

/** Light or dark, as the system has it until somebody says otherwise; the browser keeps that. */
export function offerThemes(button: HTMLButtonElement, onChange: () => void): void {
  let theme = THEMES.find((each) => each === localStorage.getItem(STORED)) ?? 'system';
  const apply = () => {
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    button.replaceChildren(element('span', { 'aria-hidden': 'true' }, SIGNS[theme]));
    button.ariaLabel = `Colours: ${NAMES[theme]}`;
    button.title = button.ariaLabel;
    onChange();
  };
  button.addEventListener('click', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] as Theme;
    localStorage.setItem(STORED, theme);
    apply();
  });
  apply();
}
