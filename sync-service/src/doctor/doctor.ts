import { readPolicy } from "c/slaPolicyCheck";
import { CASE_SUPPORT_FIELDS } from "c/supportFields";
import { request } from "../http-request.ts";
import { writtenFields } from "../case/fields.ts";
import { filterOf, membersOf } from "../events/channel.ts";
import type { OrgConnection } from "../orgs/connection.ts";
import { apiVersion } from "../orgs/connection.ts";
import { contractProblem, readContracts, recordsInForce } from "../orgs/contract.ts";
import { holidaysEndSoon } from "../orgs/holiday-renewal.ts";
import { needsPerson, OrgTrouble, troubleOf, type TroubleKind } from "../orgs/trouble.ts";
import type { ActionsConfig } from "../channels/registry.ts";
import { reasonInSpanish } from "../messages/reasons.ts";
import { settingsOf, settingsProblem } from "../orgs/settings.ts";
import type { Finding } from "./finding.ts";
import { tellingFindings } from "./telling.ts";
import { systemWorld } from "../world.ts";

const acceptableClock = 2_000;

export interface Examination {
  /** Asks the org whether the channel may be subscribed to; rejects when not. */
  subscribe(): Promise<void>;
  now(): number;
  /** Whether the org's contract has been written: before that, there is no contract to look at. */
  onboarded: boolean;
  /** The provider's accounts: with them, the doctor looks whether people would be told. */
  accounts?: ActionsConfig;
}

/** What the kinds of trouble mean, for a reader of Spanish. The org's own words follow. */
const inSpanish: Record<TroubleKind, string> = {
  signIn: "La org no deja entrar al servicio. Revisá la aplicación externa, el certificado y el usuario.",
  packageGone: "Falta el paquete o una parte de él. Volvé a instalarlo y asigná Support_Sync.",
  forbidden: "Al servicio le faltan permisos. Revisá que su usuario tenga Support_Sync.",
  anotherOrg: "En esa dirección responde otra org.",
  channelGone: "Falta el canal de eventos del paquete, o cambió su filtro. Volvé a instalarlo.",
  limit: "Se agotó el cupo diario de la org. Esperá, o hacé subir el límite.",
  unavailable: "No se pudo preguntar: la org no responde.",
  other: "No se pudo mirar.",
};

/** Everything that has to be right in an org, looked at one by one; a fault says what to do. */
export async function examine(
  connection: OrgConnection,
  { subscribe, now, onboarded, accounts }: Examination,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const look = async (
    check: string,
    work: () => Promise<Omit<Finding, "check"> | Omit<Finding, "check">[]>,
  ): Promise<boolean> => {
    try {
      const said = [await work()].flat();
      findings.push(...said.map((one) => ({ check, ...one })));
      return said.every((one) => one.is !== "fault");
    } catch (error) {
      const trouble = troubleOf(error);
      findings.push({
        check,
        is:
          needsPerson.has(trouble.kind) || check === "sign-in" || check === "intake rule"
            ? "fault"
            : "unknown",
        says: trouble.message,
        es: `${reasonInSpanish(trouble.message) ?? inSpanish[trouble.kind]} «${trouble.message}»`,
      });
      return false;
    }
  };
  const { org } = connection;

  const in_ = await look("sign-in", async () => {
    const session = await connection.session();
    return {
      is: "ok",
      says: `${org.username} is let in to ${session.orgId}`,
      es: `${org.username} puede entrar`,
    };
  });
  if (!in_) return findings;

  await look("clock", async () => {
    const asked = now();
    const response = await request(new URL("/services/data", org.instanceUrl), {
      signal: systemWorld.deadline(10_000),
    });
    const answered = now();
    // the header keeps whole seconds, and the answer may have been made at either end of the wait for it
    const offset = Date.parse(response.headers.get("date") ?? "") + 500 - (asked + answered) / 2;
    const open = 500 + (answered - asked) / 2;
    if (!Number.isFinite(offset))
      return {
        is: "unknown",
        says: "the org's answer has no Date",
        es: "la respuesta de la org no dice la hora",
      };
    const seconds = (Math.abs(offset) / 1000).toFixed(1);
    const off = `${seconds} s ${offset > 0 ? "behind" : "ahead of"} the org's`;
    const fuera = `${seconds.replace(".", ",")} s ${offset > 0 ? "detrás" : "delante"} del de la org`;
    return Math.abs(offset) - open > acceptableClock
      ? {
          is: "fault",
          says: `this machine's clock is ${off}: set it by NTP`,
          es: `el reloj de esta máquina está ${fuera}: ponelo en hora por NTP`,
        }
      : {
          is: "ok",
          says: `this machine's clock is ${off}`,
          es: `el reloj de esta máquina está ${fuera}`,
        };
  });

  await look("package", async () => {
    const wanted: Record<string, readonly string[]> = {
      Case: CASE_SUPPORT_FIELDS,
      Support_Contract__c: [
        "Plan__c",
        "Status__c",
        "Starts_On__c",
        "Ends_On__c",
        "Time_Zone__c",
        "Holiday_Calendar__c",
        "Policy__c",
        "Policy_Version__c",
        "Synced_At__c",
      ],
      Support_Summary__c: ["Month__c", "Priority__c", "As_Of__c"],
    };
    const said: Omit<Finding, "check">[] = [];
    for (const [object, names] of Object.entries(wanted)) {
      const described = await connection.use((c) => c.describe(object)).catch((error: OrgTrouble) => error);
      if (described instanceof OrgTrouble) {
        if (!/NOT_FOUND/.test(described.message)) throw described;
        said.push({
          is: "fault",
          says: `${object} is missing or invisible: deploy the package, assign Support_Sync to ${org.username}`,
          es: `falta ${object} o no se ve: instalá el paquete y asigná Support_Sync a ${org.username}`,
        });
        continue;
      }
      const fields = new Map(described.fields.map((f) => [f.name, f]));
      const missing = names.filter((name) => !fields.has(name));
      const locked = names.filter(
        (name) =>
          (writtenFields.includes(name) || /^Synced|^Policy/.test(name)) &&
          fields.get(name)?.updateable === false,
      );
      if (missing.length > 0)
        said.push({
          is: "fault",
          says: `${object}: ${missing.join(", ")} missing or invisible: deploy the package, assign Support_Sync to ${org.username}`,
          es: `${object}: faltan o no se ven ${missing.join(", ")}: instalá el paquete y asigná Support_Sync a ${org.username}`,
        });
      if (locked.length > 0)
        said.push({
          is: "fault",
          says: `${object}: ${locked.join(", ")} may not be written: assign Support_Sync to ${org.username}`,
          es: `${object}: no se puede escribir ${locked.join(", ")}: asigná Support_Sync a ${org.username}`,
        });
    }
    return said.length > 0
      ? said
      : {
          is: "ok",
          says: "its objects and fields are there, and open to the service",
          es: "sus objetos y campos están, y el servicio puede usarlos",
        };
  });

  await look("permissions", async () => {
    const { userId } = await connection.session();
    const held = await connection.query<{ PermissionSet: { Name: string } }>(
      `SELECT PermissionSet.Name FROM PermissionSetAssignment WHERE AssigneeId = '${userId}'`,
    );
    return held.some((row) => row.PermissionSet?.Name === "Support_Sync")
      ? { is: "ok", says: "Support_Sync is assigned", es: "Support_Sync está asignado" }
      : {
          is: "note",
          says: "Support_Sync is not assigned directly; if not by a group either, assign it",
          es: "Support_Sync no está asignado directamente; si tampoco lo está por un grupo, asignalo",
        };
  });

  await look("licence", async () => {
    const { userId } = await connection.session();
    const [user] = await connection.query<{
      Profile: { Name: string; UserLicense?: { Name: string } } | null;
    }>(`SELECT Profile.Name, Profile.UserLicense.Name FROM User WHERE Id = '${userId}'`);
    const licence = user?.Profile?.UserLicense?.Name ?? "unknown";
    return /integration/i.test(licence)
      ? { is: "ok", says: licence, es: licence }
      : {
          is: "note",
          says: `${licence}: the Salesforce Integration licence, API only, is enough and asks less trust`,
          es: `${licence}: alcanza con la licencia Salesforce Integration, solo API, que pide menos confianza`,
        };
  });

  await look("events", async () => {
    await subscribe();
    return {
      is: "ok",
      says: `${org.channel} may be subscribed to`,
      es: `el servicio puede suscribirse a ${org.channel}`,
    };
  });

  await look("channel filter", async () => {
    if (!org.channel.endsWith("__chn"))
      return {
        is: "note",
        says: `${org.channel} has no filter: every case's events are delivered and counted; foreign ones are refused on arrival`,
        es: `${org.channel} no tiene filtro: llegan y se cuentan los eventos de todos los casos; los ajenos se rechazan al llegar`,
      };
    const member = (await membersOf(connection)).find((m) => /^Case(ChangeEvent)?$/.test(m.SelectedEntity));
    if (member === undefined)
      return {
        is: "fault",
        says: `${org.channel} carries no changes of cases: deploy the package's platformEventChannelMembers again`,
        es: `${org.channel} no lleva cambios de casos: volvé a instalar los platformEventChannelMembers del paquete`,
      };
    const filter = filterOf(member);
    if (filter === "ours")
      return {
        is: "ok",
        says: "only cases under a contract reach the channel",
        es: "al canal solo llegan casos con contrato",
      };
    return filter === "none"
      ? {
          is: "note",
          says: "its member has no filter: every case's events are delivered and counted; foreign ones are refused on arrival. Deploy the package's member, which filters by Support_Contract__c != null",
          es: "su miembro no tiene filtro: llegan y se cuentan los eventos de todos los casos; los ajenos se rechazan al llegar. Instalá el miembro del paquete, que filtra por Support_Contract__c != null",
        }
      : {
          is: "fault",
          says: `its filter is ${member.FilterExpression}, which lets other changes through than those of cases under a contract: make it Support_Contract__c != null`,
          es: `su filtro es ${member.FilterExpression}, que deja pasar cambios de casos sin contrato: tiene que ser Support_Contract__c != null`,
        };
  });

  if (org.intakeRule !== null)
    await look("intake rule", async () => {
      const count = await matching(connection, org.intakeRule!);
      return {
        is: "ok",
        says: `${count} open cases match it; those opened from now on come under the contract`,
        es: `${count} casos abiertos la cumplen; los que se abran desde ahora entran en el contrato`,
      };
    });

  await look("limits", async () => {
    const limits = await connection.use((c) => c.limits());
    const api = limits["DailyApiRequests"];
    const delivered = limits["DailyDeliveredPlatformEvents"] ?? limits["DailyStreamingApiEvents"];
    const said: Omit<Finding, "check">[] = [];
    if (api) {
      const low = api.Remaining < api.Max * 0.1;
      const may = Math.floor(api.Max * org.settings.apiShare);
      said.push({
        is: low ? "note" : "ok",
        says: `${api.Remaining} of ${api.Max} API requests are left today; the service may use ${may} in 24 hours${low ? ". Nearly spent: once they are, the org waits. See what else uses them, or have the limit raised" : ""}`,
        es: `hoy quedan ${api.Remaining} de ${api.Max} pedidos a la API; el servicio puede usar ${may} en 24 horas${low ? ". Casi se acaban: cuando se acaben, la org espera. Mirá qué más los usa, o hacé subir el límite" : ""}`,
      });
    }
    if (delivered)
      said.push({
        is: delivered.Remaining < delivered.Max * 0.1 ? "note" : "ok",
        says: `${delivered.Remaining} of ${delivered.Max} delivered events are left`,
        es: `quedan ${delivered.Remaining} de ${delivered.Max} eventos entregados`,
      });
    return said;
  });

  await look("events a day", async () => {
    const week = await connection.use(async (c) =>
      c.query("SELECT COUNT() FROM Case WHERE SystemModstamp = LAST_N_DAYS:7"),
    );
    const daily = Math.ceil(week.totalSize / 7);
    return {
      is: "ok",
      says: `about ${daily} cases change a day in the whole org; those under the contract cost one delivered event a change`,
      es: `en toda la org cambian unos ${daily} casos por día; cada cambio de uno con contrato cuesta un evento entregado`,
    };
  });

  if (onboarded)
    await look("contract", async () => {
      const contracts = await readContracts(connection);
      const inForce = recordsInForce(contracts, now());
      if (inForce.length !== 1)
        return {
          is: "fault",
          says:
            inForce.length === 0
              ? `no contract is in force: sla-sync orgs update ${org.id} --plan …`
              : `${inForce.length} contracts are in force (${inForce.map((c) => c.Id).join(", ")}), so a case that is opened now gets no clock; those that run keep theirs. End all but one`,
          es:
            inForce.length === 0
              ? `no hay contrato vigente: sla-sync orgs update ${org.id} --plan …`
              : `hay ${inForce.length} contratos vigentes, así que un caso que se abra ahora no tiene reloj; los que corren siguen. Terminá todos menos uno`,
        };
      const [contract] = inForce;
      const problem = contractProblem(contract!);
      if (problem !== null)
        return {
          is: "fault",
          says: `${problem}; clocks keep the last good policy. sla-sync orgs update ${org.id} writes it anew`,
          es: `las condiciones del contrato no se pueden usar; los relojes siguen con las últimas buenas. sla-sync orgs update ${org.id} lo escribe de nuevo «${problem}»`,
        };
      const read = readPolicy(contract!.Policy__c);
      const soon = "policy" in read ? holidaysEndSoon(read.policy, now()) : null;
      if (soon !== null)
        return {
          is: "note",
          says: `${soon}. sla-sync orgs update ${org.id} writes it anew`,
          es: `los feriados cargados se acaban pronto. sla-sync orgs update ${org.id} lo escribe de nuevo`,
        };
      return {
        is: "ok",
        says: `${contract!.Plan__c}, in force since ${contract!.Starts_On__c}`,
        es: `${contract!.Plan__c}, vigente desde ${contract!.Starts_On__c}`,
      };
    });

  if (onboarded && accounts !== undefined)
    await look("telling", async () => {
      const [contract] = recordsInForce(await readContracts(connection), now());
      const read = readPolicy(contract?.Policy__c ?? null);
      if (!("policy" in read))
        return {
          is: "unknown",
          says: "no policy can be read, so the steps are not known",
          es: "no se pueden leer las condiciones, así que no se conocen los pasos",
        };
      const settings = JSON.stringify(org.settings);
      const problem = settingsProblem(settings);
      if (problem !== null)
        return {
          is: "fault",
          says: problem,
          es: `sus ajustes no se pueden usar, así que no se envía nada de esta org. Detalle: ${problem}`,
        };
      return tellingFindings({
        policy: read.policy,
        settings: settingsOf(settings),
        accounts,
        connection,
      });
    });

  await look("record types", async () => {
    const described = await connection.use((c) => c.describe("Case"));
    const types = (described.recordTypeInfos ?? []).filter((t) => t.available && !t.master && t.recordTypeId);
    const closed: { en: string; es: string }[] = [];
    for (const { recordTypeId, name } of types) {
      const answer: { picklistFieldValues: Record<string, { values: { value: string }[] }> } =
        await connection.use((c) =>
          c.request(`/services/data/v${apiVersion}/ui-api/object-info/Case/picklist-values/${recordTypeId}`),
        );
      for (const field of ["Support_Priority__c", "Support_Channel__c", "Service_Category__c"]) {
        const all = described.fields.find((f) => f.name === field)?.picklistValues ?? [];
        const open = new Set(answer.picklistFieldValues[field]?.values.map((v) => v.value));
        const missing = all.filter((v) => v.active && !open.has(v.value)).map((v) => v.value);
        if (missing.length > 0)
          closed.push({
            en: `${name}: ${field} lacks ${missing.join(", ")}`,
            es: `${name}: a ${field} le faltan ${missing.join(", ")}`,
          });
      }
    }
    if (closed.length > 0)
      return {
        is: "fault",
        says: `${closed.map(({ en }) => en).join("; ")}. Open these values in the record type`,
        es: `${closed.map(({ es }) => es).join("; ")}. Abrí esos valores en el tipo de registro`,
      };
    return types.length > 0
      ? {
          is: "ok",
          says: "all values are open in every record type",
          es: "todos los valores están abiertos en cada tipo de registro",
        }
      : { is: "ok", says: "no record types", es: "no hay tipos de registro" };
  });
  return findings;
}

/**
 * How many open cases of nobody's an intake rule matches.
 * @throws OrgTrouble in the org's words when it is no SOQL predicate on Case
 */
export async function matching(connection: OrgConnection, rule: string): Promise<number> {
  const { totalSize } = await connection.use(async (c) =>
    c.query(`SELECT COUNT() FROM Case WHERE (${rule}) AND Support_Contract__c = null AND IsClosed = false`),
  );
  return totalSize;
}
