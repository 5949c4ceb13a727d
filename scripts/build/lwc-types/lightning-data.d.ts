/* eslint-disable @typescript-eslint/no-explicit-any -- an adapter's configuration mixes values and "$reactive" names */
/// <reference types="@salesforce/lightning-types" />
/** Lightning Data Service, as far as the components use it. Adapters are for `@wire`. */
declare module "lightning/uiRecordApi" {
  import type { WireAdapterConstructor } from "lwc";

  export interface FieldReference {
    objectApiName: string;
    fieldApiName: string;
  }
  export interface FieldValue {
    value: unknown;
    displayValue: string | null;
  }
  export interface RecordRepresentation {
    id: string;
    apiName: string;
    lastModifiedDate?: string | undefined;
    fields: Record<string, FieldValue>;
  }
  /** What a failed request tells: a sentence, and per field when the record was refused. */
  export interface FetchError {
    status?: number;
    body?:
      | {
          message?: string;
          output?: {
            errors?: { message: string; errorCode?: string }[];
            fieldErrors?: Record<string, { message: string; errorCode?: string }[]>;
          };
        }
      | { message: string; errorCode?: string }[];
    message?: string;
  }
  export interface WiredRecord {
    data?: RecordRepresentation;
    error?: FetchError;
  }
  export interface RecordInput {
    apiName?: string;
    fields: Record<string, unknown>;
    allowSaveOnDuplicate?: boolean;
  }

  export const getRecord: WireAdapterConstructor<any, WiredRecord>;
  export function createRecord(input: RecordInput): Promise<RecordRepresentation>;
  export function updateRecord(
    input: RecordInput,
    options?: { ifUnmodifiedSince?: string },
  ): Promise<RecordRepresentation>;
  export function notifyRecordUpdateAvailable(records: { recordId: string }[]): Promise<void>;
}

declare module "lightning/uiObjectInfoApi" {
  import type { WireAdapterConstructor } from "lwc";
  import type { FetchError } from "lightning/uiRecordApi";

  export interface ObjectInfo {
    apiName: string;
    createable: boolean;
    updateable: boolean;
    defaultRecordTypeId: string;
    fields: Record<string, { apiName: string; label: string; createable: boolean; updateable: boolean }>;
    recordTypeInfos: Record<
      string,
      { recordTypeId: string; name: string; available: boolean; master: boolean }
    >;
  }
  export interface PicklistValues {
    picklistFieldValues: Record<string, { values: { label: string; value: string }[] }>;
  }
  export interface PicklistValue {
    label: string;
    value: string;
    /** Of a case's status. */
    attributes?: { closed?: boolean } | null;
  }
  export interface PicklistField {
    defaultValue?: PicklistValue | null;
    values: PicklistValue[];
  }
  export const getPicklistValues: WireAdapterConstructor<any, { data?: PicklistField; error?: FetchError }>;
  export const getObjectInfo: WireAdapterConstructor<any, { data?: ObjectInfo; error?: FetchError }>;
  export const getPicklistValuesByRecordType: WireAdapterConstructor<
    any,
    { data?: PicklistValues; error?: FetchError }
  >;
}

/** The GraphQL wire (since 65): `errors`, never `error`; ten rows unless asked for more. */
declare module "lightning/graphql" {
  import type { WireAdapterConstructor } from "lwc";

  export interface GraphQLDocument {
    readonly __brand?: "gql";
  }
  export interface GraphQLError {
    message: string;
    /** The platform writes `paths`, the specification of GraphQL `path`. */
    path?: (string | number)[];
    paths?: (string | number)[];
    extensions?: Record<string, unknown>;
  }
  export interface GraphQLResult<Data = any> {
    data?: Data;
    errors?: GraphQLError[];
    refresh?: () => Promise<void>;
  }
  export function gql(strings: TemplateStringsArray, ...values: unknown[]): GraphQLDocument;
  export const graphql: WireAdapterConstructor<any, GraphQLResult>;
  /** Imperative only, since 66; absent on an older release. */
  export const executeMutation:
    | ((request: {
        query: GraphQLDocument;
        variables?: Record<string, unknown>;
      }) => Promise<{ data?: any; errors?: GraphQLError[] | undefined }>)
    | undefined;
}
