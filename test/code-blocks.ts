/** Code blocks of a Markdown text whose first line is a comment naming their file: text by path. */
export function codeBlocks(markdown: string): Map<string, string> {
  const blocks = markdown.matchAll(/```(?:ts|html)\n(?:\/\/|<!--) (\S+)(?: -->)?\n(.*?)```/gs);
  return new Map([...blocks].map(([, path, text]) => [path!, text!]));
}
