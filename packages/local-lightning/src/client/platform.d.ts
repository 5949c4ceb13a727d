/** Base components that this code opens itself. npm has them compiled. */
declare module "lightning/confirm" {
  const LightningConfirm: {
    open(options: { message: string; label: string; theme?: string; variant?: string }): Promise<boolean>;
  };
  export default LightningConfirm;
}
/** The server writes this module: the deployed bundles by name. */
declare module "local/bundles" {
  const bundles: Record<string, () => Promise<{ default: unknown }>>;
  export default bundles;
}
