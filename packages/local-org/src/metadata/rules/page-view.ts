/** What the rules of a Lightning page have to know of it. */
export interface PageView {
  type: string;
  object: string | undefined;
}
