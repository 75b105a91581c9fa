/**
 * Splits a command line into words as a POSIX shell does, without expanding anything: `$` and globs stay.
 * Written here, since the packages for it either expand variables or know no backslash.
 *
 * @throws Error when a quote is not closed.
 */
export const shellWords = (line: string): string[] => {
  const words: string[] = [];
  let word: string | undefined;
  let quote: "'" | '"' | undefined;
  for (let index = 0; index < line.length; index++) {
    const character = line.charAt(index);
    const next = line.charAt(index + 1);
    if (quote === undefined && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (quote === undefined && (character === "'" || character === '"')) {
      quote = character;
      word ??= "";
    } else if (character === quote) {
      quote = undefined;
    } else if (
      character === "\\" &&
      (quote === undefined || (quote === '"' && /["\\$`]/.test(next)))
    ) {
      word = (word ?? "") + next;
      index++;
    } else {
      word = (word ?? "") + character;
    }
  }
  if (quote !== undefined) throw new Error(`a quote (${quote}) is not closed in: ${line}`);
  return word === undefined ? words : [...words, word];
};
