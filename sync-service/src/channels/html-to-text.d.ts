/** The part of html-to-text that we use: the package brings no types. */
declare module "html-to-text" {
  export function convert(
    html: string,
    options: {
      wordwrap: false;
      selectors: { selector: string; format?: string; options?: Record<string, unknown> }[];
    },
  ): string;
}
