/** Standard objects and their fields as far as references need them; the kernel's own describe wins where it has the object. */
import { readFileSync } from "node:fs";

export interface CatalogueObject {
  fields: Record<string, string>;
  parents: Record<string, string>;
  children: Record<string, string>;
}
interface Catalogue {
  objects: Record<string, CatalogueObject>;
  permissions: string[];
}

/** Standard fields that the typed schema was generated without. */
const moreFields: Record<string, Record<string, string>> = {
  Account: {
    AccountNumber: "s",
    CleanStatus: "s",
    NaicsCode: "s",
    NaicsDesc: "s",
    OperatingHoursId: "l",
    Ownership: "s",
    Rating: "s",
    Sic: "s",
    Site: "s",
    TickerSymbol: "s",
    Tradestyle: "s",
    YearStarted: "s",
    RecordTypeId: "l",
    DunsNumber: "s",
    Tier: "s",
  },
  Contact: {
    AssistantName: "s",
    AssistantPhone: "s",
    Birthdate: "d",
    Department: "s",
    HomePhone: "s",
    LeadSource: "s",
    OtherPhone: "s",
    OtherAddress: "a",
    RecordTypeId: "l",
    IndividualId: "l",
    DoNotCall: "b!",
    HasOptedOutOfEmail: "b!",
    Level__c: "s",
  },
  Lead: {
    NumberOfEmployees: "n",
    Rating: "s",
    RecordTypeId: "l",
    Industry: "s",
    AnnualRevenue: "n",
    DoNotCall: "b!",
    HasOptedOutOfEmail: "b!",
  },
  Opportunity: {
    RecordTypeId: "l",
    NextStep: "s",
    ExpectedRevenue: "n",
    TotalOpportunityQuantity: "n",
    CampaignId: "l",
    Pricebook2Id: "l",
    HasOpportunityLineItem: "b!",
  },
  Case: {
    RecordTypeId: "l",
    Language: "s",
    ServiceContractId: "l",
    IsStopped: "b!",
    SlaStartDate: "d",
    SlaExitDate: "d",
  },
};

let loaded:
  | { objects: Map<string, [name: string, object: CatalogueObject]>; permissions: Set<string> }
  | undefined;
function load(): NonNullable<typeof loaded> {
  if (loaded !== undefined) return loaded;
  const raw = JSON.parse(readFileSync(new URL("./catalogue.json", import.meta.url), "utf8")) as Catalogue;
  const objects = new Map<string, [string, CatalogueObject]>();
  for (const [name, object] of Object.entries(raw.objects))
    objects.set(name.toLowerCase(), [name, { ...object, fields: { ...object.fields, ...moreFields[name] } }]);
  return (loaded = { objects, permissions: new Set(raw.permissions) });
}

export const catalogueObject = (name: string): [name: string, object: CatalogueObject] | undefined =>
  load().objects.get(name.toLowerCase());
export const cataloguePermissions = (): Set<string> => load().permissions;
