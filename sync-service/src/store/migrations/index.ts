/** Every migration, in order. Add at the end; one that has shipped is never edited. */
import type { Kysely } from "kysely";
import type { Columns } from "./columns.ts";
import * as first from "./0001_first.ts";
import * as enforcement from "./0002_enforcement.ts";
import * as reports from "./0003_reports.ts";
import * as contractVersions from "./0004_contract_versions.ts";
import * as lateness from "./0005_lateness.ts";
import * as apiUse from "./0006_api_use.ts";
import * as fewerIndexes from "./0007_fewer_indexes.ts";
import * as toldOnce from "./0008_told_once.ts";
import * as takenAgain from "./0009_taken_again.ts";
import * as statusKind from "./0010_status_kind.ts";
import * as putBack from "./0011_put_back.ts";
import * as monthReports from "./0012_month_reports.ts";
import * as doors from "./0013_doors.ts";
import * as signIn from "./0014_sign_in.ts";
import * as instances from "./0015_instances.ts";
import * as hub from "./0016_hub.ts";
import * as byOrg from "./0017_by_org.ts";
import * as secondFactor from "./0018_second_factor.ts";
import * as listening from "./0019_listening.ts";
import * as hubFiles from "./0020_hub_files.ts";

export interface Migration {
  up(db: Kysely<unknown>, columns: Columns): Promise<void>;
}

export const migrations: Record<string, Migration> = {
  "0001_first": first,
  "0002_enforcement": enforcement,
  "0003_reports": reports,
  "0004_contract_versions": contractVersions,
  "0005_lateness": lateness,
  "0006_api_use": apiUse,
  "0007_fewer_indexes": fewerIndexes,
  "0008_told_once": toldOnce,
  "0009_taken_again": takenAgain,
  "0010_status_kind": statusKind,
  "0011_put_back": putBack,
  "0012_month_reports": monthReports,
  "0013_doors": doors,
  "0014_sign_in": signIn,
  "0015_instances": instances,
  "0016_hub": hub,
  "0017_by_org": byOrg,
  "0018_second_factor": secondFactor,
  "0019_listening": listening,
  "0020_hub_files": hubFiles,
};
