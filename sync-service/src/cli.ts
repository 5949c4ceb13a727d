import { program } from "commander";

program.name("sla-sync").description("Support commitments, kept: the sync service's commands.");

await program.parseAsync();
