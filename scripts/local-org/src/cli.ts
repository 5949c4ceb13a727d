import { program } from "commander";

program.name("local-org").description("A Salesforce org on localhost.");

await program.parseAsync();
