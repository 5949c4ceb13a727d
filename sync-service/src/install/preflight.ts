// Everything that an install of the package needs of an org, asked before anything is deployed.
import type { Finding } from "../doctor/finding.ts";
import { NotTold, type Asking } from "./asking.ts";
import { footprint } from "./footprint.ts";

/** Salesforce's limits without an add-on. No API tells an org's own. */
const limits = {
  trackedFields: 20,
  changeEventEntities: 5,
  caseFields: { Enterprise: 500, Developer: 500, Unlimited: 800, Performance: 800 } as Record<string, number>,
  objects: { Enterprise: 200, Developer: 400, Unlimited: 2000, Performance: 2000 } as Record<string, number>,
};

export interface Preflight {
  findings: Finding[];
  /** The manifests that this org takes, in the order of their deployment. */
  manifests: string[];
}

type Said = Omit<Finding, "check">;

export async function preflight(org: Asking): Promise<Preflight> {
  const findings: Finding[] = [];
  const look = async (check: string, work: () => Promise<Said | Said[]>): Promise<void> => {
    try {
      for (const said of [await work()].flat()) findings.push({ check, ...said });
    } catch (error) {
      if (!(error instanceof NotTold)) throw error;
      findings.push({
        check,
        is: "unknown",
        says: `could not be asked: ${error.message}`,
        es: `no se pudo preguntar «${error.message}»`,
      });
    }
  };
  let edition = "";
  await look("edition", async () => {
    const [row] = await org.rows<{ OrganizationType: string }>("SELECT OrganizationType FROM Organization");
    if (row === undefined) throw new NotTold("the org shows no Organization record");
    edition = row.OrganizationType;
    return editionSaid(edition);
  });
  await look("My Domain", async () => myDomain(org.instanceUrl));
  await look("external client apps", () => externalClientApps(org));
  const languages = { spanish: false, "spanish-mexico": false };
  await look("languages", async () => {
    const said: Said[] = [];
    const active = await activeLanguages(org);
    for (const [language, manifest] of Object.entries(footprint.languages)) {
      const is = active.includes(language);
      languages[manifest as keyof typeof languages] = is;
      said.push(
        is
          ? { is: "ok", says: `${language} is active`, es: `${language} está activo` }
          : {
              is: "note",
              says: `${language} is not active: leave out manifest/${manifest}.xml, or switch the language on in Setup → Translation Language Settings`,
              es: `${language} no está activo: dejá afuera manifest/${manifest}.xml, o activá el idioma en Setup → Translation Language Settings`,
            },
      );
    }
    return said;
  });
  await look("field history", () => fieldHistory(org));
  await look("change events", () => changeEvents(org));
  await look("room on Case", () => roomOnCase(org, edition));
  await look("room for objects", () => roomForObjects(org, edition));
  await look("licence", () => licence(org, "UserLicense", "Name", "Salesforce Integration"));
  await look("permission set licence", () =>
    licence(org, "PermissionSetLicense", "DeveloperName", "SalesforceAPIIntegrationPsl"),
  );
  await look("case sharing", () => caseSharing(org));
  await look("report folders", () => reportFolders(org));
  let dashboards = true;
  await look("dynamic dashboards", async () => {
    const said = await dynamicDashboards(org, edition);
    dashboards = said.is !== "note";
    return said;
  });
  return { findings, manifests: manifestsFor(languages, dashboards) };
}

function manifestsFor(
  languages: { spanish: boolean; "spanish-mexico": boolean },
  dashboard: boolean,
): string[] {
  const parts = {
    core: true,
    spanish: languages.spanish,
    "spanish-mexico": languages["spanish-mexico"],
    reports: true,
    dashboard,
  };
  const taken = Object.entries(parts).flatMap(([name, is]) => (is ? [name] : []));
  return (taken.length === Object.keys(parts).length ? ["all"] : taken).map((name) => `manifest/${name}.xml`);
}

function editionSaid(edition: string): Said {
  if (nameOf(edition) !== undefined) return { is: "ok", says: edition, es: edition };
  return {
    is: "fault",
    says: `${edition} has no Change Data Capture or no API. The package needs Enterprise, Performance, Unlimited or Developer Edition`,
    es: `${edition} no tiene Change Data Capture o no tiene API. El paquete necesita Enterprise, Performance, Unlimited o Developer Edition`,
  };
}

const nameOf = (edition: string): string | undefined =>
  /^(Enterprise|Performance|Unlimited|Developer)/.exec(edition)?.[1];

function myDomain(instanceUrl: string): Said {
  const { hostname } = new URL(instanceUrl);
  if (/\.my\.(salesforce|salesforce-setup|pc-rnd\.salesforce)\.(com|mil)$/.test(hostname))
    return { is: "ok", says: instanceUrl, es: instanceUrl };
  if (hostname === "localhost" || /^[\d.]+$/.test(hostname))
    return { is: "ok", says: `${instanceUrl} is a local org`, es: `${instanceUrl} es una org local` };
  return {
    is: "fault",
    says: `${instanceUrl} is no My Domain address. Sign in by the one in Setup → My Domain: the service needs it`,
    es: `${instanceUrl} no es una dirección de My Domain. Ingresá por la de Setup → My Domain: el servicio la necesita`,
  };
}

async function externalClientApps(org: Asking): Promise<Said[]> {
  const settings = await org.settings("ExternalClientAppSettings", "ExternalClientApp");
  const where = "Setup → External Client App Settings";
  const asked: [name: string, label: string][] = [
    ["enableExternalClientApps", "Opt in to External Client Apps"],
    ["enableConsumerSecretApiAccess", "Allow Access to OAuth Consumer Secrets via Metadata API"],
  ];
  return asked.map(([name, label]): Said => {
    const value = settings[name] === undefined ? undefined : String(settings[name]) === "true";
    if (value === true) return { is: "ok", says: `"${label}" is on`, es: `"${label}" está activado` };
    if (value === false)
      return {
        is: "fault",
        says: `"${label}" is off: switch it on in ${where}, or make the app by hand as docs/admin.md says`,
        es: `"${label}" está desactivado: activalo en ${where}, o creá la aplicación a mano como dice docs/admin.md`,
      };
    return {
      is: "unknown",
      says: `the org does not tell whether "${label}" is on: look in ${where}`,
      es: `la org no dice si "${label}" está activado: mirá en ${where}`,
    };
  });
}

async function activeLanguages(org: Asking): Promise<string[]> {
  const { enableTranslationWorkbench } = await org.settings("LanguageSettings", "Language");
  if (String(enableTranslationWorkbench) === "false") return [];
  return org.names("Translations");
}

async function fieldHistory(org: Asking): Promise<Said> {
  const fields = await org.toolingRows<{ QualifiedApiName: string; IsFieldHistoryTracked: boolean }>(
    "SELECT QualifiedApiName, IsFieldHistoryTracked FROM FieldDefinition WHERE EntityDefinitionId = 'Case'",
  );
  const tracked = fields
    .filter((field) => field.IsFieldHistoryTracked)
    .map((field) => shortName(field.QualifiedApiName));
  const more = footprint.trackedFields.filter((name) => !tracked.includes(shortName(name)));
  const will = tracked.length + more.length;
  const counts = `Case tracks ${tracked.length} of ${limits.trackedFields} fields, and the package adds ${more.length}`;
  const cuenta = `Case sigue ${tracked.length} de ${limits.trackedFields} campos, y el paquete agrega ${more.length}`;
  if (will <= limits.trackedFields) return { is: "ok", says: counts, es: cuenta };
  return {
    is: "fault",
    says: `${counts}: stop tracking ${will - limits.trackedFields} of your own in Setup → Object Manager → Case → Fields → Set History Tracking`,
    es: `${cuenta}: dejá de seguir ${will - limits.trackedFields} de los propios en Setup → Object Manager → Case → Fields → Set History Tracking`,
  };
}

/** A lookup is called Owner in one place and OwnerId in another. */
const shortName = (field: string): string => field.replace(/Id$/, "");

async function changeEvents(org: Asking): Promise<Said> {
  const members = await org.toolingRows<{ SelectedEntity: string }>(
    "SELECT SelectedEntity FROM PlatformEventChannelMember",
  );
  const entities = new Set(
    members.map((member) => member.SelectedEntity).filter((name) => /ChangeEvent$/.test(name)),
  );
  const counts = `${entities.size} of ${limits.changeEventEntities} entities are selected`;
  const cuenta = `hay ${entities.size} de ${limits.changeEventEntities} entidades elegidas`;
  if (entities.has("CaseChangeEvent"))
    return { is: "ok", says: `${counts}, Case among them`, es: `${cuenta}, entre ellas Case` };
  if (entities.size < limits.changeEventEntities)
    return {
      is: "ok",
      says: `${counts}, and the package adds Case`,
      es: `${cuenta}, y el paquete agrega Case`,
    };
  return {
    is: "fault",
    says: `${counts}, and the package adds Case: deselect one in Setup → Change Data Capture, unless you bought more`,
    es: `${cuenta}, y el paquete agrega Case: sacá una en Setup → Change Data Capture, salvo que hayas comprado más`,
  };
}

async function roomOnCase(org: Asking, edition: string): Promise<Said> {
  const most = limits.caseFields[nameOf(edition) ?? ""];
  if (most === undefined) throw new NotTold("the limit depends on the edition");
  const fields = await org.toolingRows<{ QualifiedApiName: string }>(
    "SELECT QualifiedApiName FROM FieldDefinition WHERE EntityDefinitionId = 'Case'",
  );
  const own = fields.filter(({ QualifiedApiName }) => QualifiedApiName.endsWith("__c")).length;
  const says = { en: `Case has ${own} custom fields`, es: `Case tiene ${own} campos propios` };
  return room(says, own, footprint.caseFields, most);
}

async function roomForObjects(org: Asking, edition: string): Promise<Said> {
  const most = limits.objects[nameOf(edition) ?? ""];
  if (most === undefined) throw new NotTold("the limit depends on the edition");
  const own = await org.customObjects();
  const more = footprint.customObjects.filter((name) => !own.includes(name)).length;
  const says = {
    en: `the org has ${own.length} custom objects`,
    es: `la org tiene ${own.length} objetos propios`,
  };
  return room(says, own.length, more, most);
}

const room = (counts: { en: string; es: string }, has: number, more: number, most: number): Said =>
  has + more <= most
    ? { is: "ok", says: `${counts.en}, and may have ${most}`, es: `${counts.es}, y puede tener ${most}` }
    : {
        is: "fault",
        says: `${counts.en} and may have ${most}, and the package adds ${more}: delete what you do not use`,
        es: `${counts.es} y puede tener ${most}, y el paquete agrega ${more}: borrá lo que no usás`,
      };

async function licence(org: Asking, object: string, field: string, name: string): Promise<Said> {
  const [row] = await org.rows<{ TotalLicenses: number; UsedLicenses: number }>(
    `SELECT TotalLicenses, UsedLicenses FROM ${object} WHERE ${field} = '${name}'`,
  );
  if (row === undefined)
    return {
      is: "fault",
      says: `the org has no ${name}: ask Salesforce for it. The service's user needs one`,
      es: `la org no tiene ${name}: pedísela a Salesforce. El usuario del servicio necesita una`,
    };
  const free = row.TotalLicenses - (row.UsedLicenses ?? 0);
  return free > 0
    ? {
        is: "ok",
        says: `${name}: ${free} of ${row.TotalLicenses} are free`,
        es: `${name}: hay ${free} de ${row.TotalLicenses} libres`,
      }
    : {
        is: "fault",
        says: `${name}: all ${row.TotalLicenses} are in use. Free one for the service's user, unless that user has one already`,
        es: `${name}: las ${row.TotalLicenses} están en uso. Liberá una para el usuario del servicio, salvo que ya tenga`,
      };
}

async function caseSharing(org: Asking): Promise<Said> {
  const [row] = await org.rows<{ DefaultCaseAccess: string | null }>(
    "SELECT DefaultCaseAccess FROM Organization",
  );
  const access = row?.DefaultCaseAccess;
  if (!access) throw new NotTold("the org does not show its default for Case");
  return /^Edit|ReadEdit/.test(access)
    ? {
        is: "ok",
        says: "every user may edit every case",
        es: "todos los usuarios pueden editar todos los casos",
      }
    : {
        is: "note",
        says: "cases are not Public Read/Write: share the support cases with the service's user by a sharing rule on Support Contract",
        es: "los casos no son Public Read/Write: compartí los de soporte con el usuario del servicio, con una regla sobre Support Contract",
      };
}

async function reportFolders(org: Asking): Promise<Said> {
  const folders = [...(await org.names("ReportFolder")), ...(await org.names("DashboardFolder"))];
  return folders.includes("Support")
    ? {
        is: "note",
        says: "there is a folder Support already: manifest/reports.xml and manifest/dashboard.xml add to it, and set its sharing",
        es: "ya hay una carpeta Support: manifest/reports.xml y manifest/dashboard.xml le agregan cosas, y cambian cómo se comparte",
      }
    : { is: "ok", says: "no folder Support is in the way", es: "ninguna carpeta Support molesta" };
}

const dynamicLimit: Record<string, number> = { Enterprise: 5, Developer: 3, Unlimited: 10, Performance: 10 };

async function dynamicDashboards(org: Asking, edition: string): Promise<Said> {
  const most = dynamicLimit[nameOf(edition) ?? ""];
  if (most === undefined) throw new NotTold("the limit depends on the edition");
  const rows = await org.rows<object>("SELECT Id FROM Dashboard WHERE Type = 'LoggedInUser'");
  return rows.length < most
    ? {
        is: "ok",
        says: `${rows.length} of ${most} dynamic dashboards are in use`,
        es: `hay ${rows.length} de ${most} tableros dinámicos en uso`,
      }
    : {
        is: "note",
        says: `all ${most} dynamic dashboards are in use: leave out manifest/dashboard.xml`,
        es: `los ${most} tableros dinámicos están en uso: dejá afuera manifest/dashboard.xml`,
      };
}
