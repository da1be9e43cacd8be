import type { Argument, Command, Option } from 'commander';

/** What may stand where somebody presses the tab key. */
export interface Completion {
  readonly value: string;
  /** Shells that can show it do. */
  readonly about: string;
}

/** `files`: the names of files are the shell's own to complete. */
export type Completions = readonly Completion[] | 'files';

// By what a value is called in the help: these are names of files.
const FILE = /^(?:file|folder|pipeline)$/;

/**
 * What can be typed next.
 *
 * @param program The command with all that it can do: nothing but its own definition says what there is.
 * @param words Behind the program's name; the last one, maybe empty, is the one that is being typed.
 */
export function completions(program: Command, words: readonly string[]): Completions {
  const [before, word] = [wholeWords(words.slice(0, -1)), words.at(-1) ?? ''];
  const place = placeBehind(program, before);
  if (place.option !== undefined) return valuesOf(place.option, word === '=' ? '' : word);
  const [, name, assigned] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  if (name !== undefined && assigned !== undefined && !place.areArguments) {
    const option = optionOf(place.command, name);
    const values = option === undefined ? [] : valuesOf(option, assigned);
    return values === 'files' ? values : values.map(({ value, about }) => ({ value: `${name}=${value}`, about }));
  }
  if (word.startsWith('-') && !place.areArguments) return startingWith(word, optionsOf(place.command, before));
  const commands = place.argumentsSeen === 0 ? commandsOf(place.command) : [];
  const argument = argumentAt(place);
  if (argument !== undefined && FILE.test(argument.name())) return 'files';
  const found = startingWith(word, [...commands, ...(argument?.argChoices ?? []).map((value) => ({ value, about: '' }))]);
  // Where nothing else can come, an option can.
  return found.length === 0 && word === '' && argument === undefined ? optionsOf(place.command, before) : found;
}

interface Place {
  readonly command: Command;
  readonly argumentsSeen: number;
  /** The option whose value comes next. */
  readonly option: Option | undefined;
  /** Behind `--` nothing is an option. */
  readonly areArguments: boolean;
}

function placeBehind(program: Command, words: readonly string[]): Place {
  let place: Place = { command: program, argumentsSeen: 0, option: undefined, areArguments: false };
  for (const word of words) place = { ...place, ...stepOver(place, word) };
  return place;
}

function stepOver({ command, argumentsSeen, option, areArguments }: Place, word: string): Partial<Place> {
  const isOption = word.startsWith('-') && word !== '-' && !areArguments;
  // The values of a variadic one go on until the next option.
  if (option !== undefined && !isOption) return { option: option.variadic ? option : undefined };
  if (word === '--') return { areArguments: true };
  if (isOption) {
    const given = word.includes('=') ? undefined : optionOf(command, word);
    return { option: given?.required === true ? given : undefined };
  }
  const inner = argumentsSeen === 0 ? command.commands.find((each) => each.name() === word) : undefined;
  return inner === undefined ? { argumentsSeen: argumentsSeen + 1 } : { command: inner, argumentsSeen: 0 };
}

function valuesOf(option: Option, word: string): Completions {
  const [, name = ''] = /[<[]([^.>\]]+)/.exec(option.flags) ?? [];
  if (FILE.test(name)) return 'files';
  return startingWith(
    word,
    (option.argChoices ?? []).map((value) => ({ value, about: '' })),
  );
}

function commandsOf(command: Command): Completion[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((each) => ({ value: each.name(), about: each.description() }));
}

/** Those that one cannot do without come first; those that are there already, and can be there once, do not come. */
function optionsOf(command: Command, before: readonly string[]): Completion[] {
  const given = new Set(before.map((word) => optionOf(command, word.replace(/=.*/s, ''))));
  return command
    .createHelp()
    .visibleOptions(command)
    .filter((option) => option.variadic || !given.has(option))
    .toSorted((a, b) => Number(b.mandatory) - Number(a.mandatory))
    .map((option) => ({ value: option.long ?? option.flags, about: option.description }));
}

function optionOf(command: Command, word: string): Option | undefined {
  return command
    .createHelp()
    .visibleOptions(command)
    .find(({ long, short }) => word === long || word === short);
}

function argumentAt({ command, argumentsSeen }: Place): Argument | undefined {
  const declared = command.registeredArguments;
  const last = declared.at(-1);
  return declared[argumentsSeen] ?? (last?.variadic === true ? last : undefined);
}

function startingWith(word: string, all: readonly Completion[]): Completion[] {
  return all.filter(({ value }) => value.startsWith(word));
}

/** bash takes `--key-kind=uuid` for three words. */
function wholeWords(words: readonly string[]): readonly string[] {
  return words.filter((word, index) => !(word === '=' && (words[index - 1] ?? '').startsWith('--')));
}
