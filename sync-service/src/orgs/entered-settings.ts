import { z } from "zod";
import { inputFaults, type InputFault } from "../input-faults.ts";
import { settingsSchema } from "./org.ts";
import { actionSettings } from "./settings.ts";

/** All that an org's settings may hold, together: the mirror reads its part, and enforcement reads its own. */
const entered = z.strictObject({
  ...settingsSchema.shape,
  ...actionSettings.shape,
  contract: settingsSchema.shape.contract.unwrap().strict().optional(),
});

/** Every fault of settings as an operator enters them, a key that does not exist among them; [] when fine. */
export const enteredFaults = (value: unknown): InputFault[] => inputFaults(entered, value);
