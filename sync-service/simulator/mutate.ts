/** Loaded before a worker's file: changes one line of the service, as SIMULATED_MUTATION names it. */
import { registerHooks } from "node:module";
import { mutations } from "./mutations.ts";

const name = process.env["SIMULATED_MUTATION"];
const mutation = mutations.find((one) => one.name === name);
if (mutation === undefined) throw new Error(`there is no mutation ${name}`);

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!url.endsWith(`/sync-service/src/${mutation.file}`)) return loaded;
    const source = String(loaded.source);
    if (source.split(mutation.from).length !== 2)
      throw new Error(`${mutation.file} does not have "${mutation.from}" once`);
    return { ...loaded, source: source.replace(mutation.from, () => mutation.to) };
  },
});
