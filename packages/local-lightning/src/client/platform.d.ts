/** Base components this code opens itself; they come compiled from npm. */
declare module "lightning/confirm" {
  const LightningConfirm: {
    open(options: { message: string; label: string; theme?: string; variant?: string }): Promise<boolean>;
  };
  export default LightningConfirm;
}
/** Written by the server: the deployed bundles by name. */
declare module "local/bundles" {
  const bundles: Record<string, () => Promise<{ default: unknown }>>;
  export default bundles;
}
