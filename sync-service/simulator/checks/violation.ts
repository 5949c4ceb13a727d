/** Something that must hold and did not. */
export interface Violation {
  check: string;
  what: string;
}
