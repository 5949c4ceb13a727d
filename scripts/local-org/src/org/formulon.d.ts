declare module "formulon" {
  const formulon: {
    parse(formula: string, substitutions?: Record<string, unknown>): unknown;
    ast(formula: string): unknown;
    extract(formula: string): string[];
    toString(ast: unknown): string;
  };
  export default formulon;
}
