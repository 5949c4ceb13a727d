#!/usr/bin/env node
import { runCommand } from "@compromiso/local-org/cli";
import { lightning } from "../src/index.ts";

await runCommand("local-lightning", lightning);
