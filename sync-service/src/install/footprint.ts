// How much of an org's allocations the package takes. A test compares these numbers with the package itself.

export const footprint = {
  /** Custom fields on Case. */
  caseFields: 19,
  /** Fields of Case whose history the package tracks, by name: one that the org tracks already takes no more room. */
  trackedFields: [
    "OwnerId",
    "SLA_Acknowledged_By__c",
    "Service_Category__c",
    "Status",
    "Support_Contract__c",
    "Support_Priority__c",
  ],
  customObjects: ["Support_Contract__c", "Support_Delivery__c", "Support_Note__c", "Support_Summary__c"],
  languages: { es: "spanish", es_MX: "spanish-mexico" },
};
