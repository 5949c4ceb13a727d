#!/usr/bin/env node
import { runCommand } from "../src/cli.ts";

await runCommand("local-org");
