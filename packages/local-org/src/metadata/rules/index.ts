/** The rules of each type, and how they are run over a component. */
import type { Compiled } from "../lwc/compile.ts";
import type { Model } from "../deploy/model.ts";
import type { Failure, Item } from "../package/read.ts";
import { customApplication } from "./custom-application.ts";
import { customField } from "./custom-field.ts";
import { customObject } from "./custom-object.ts";
import { customTab } from "./custom-tab.ts";
import {
  externalClientApplication,
  externalClientGlobalOauth,
  externalClientSettings,
} from "./external-client-app.ts";
import { flexiPage } from "./flexi-page.ts";
import {
  customLabel,
  customLabels,
  customObjectTranslation,
  translations,
} from "./labels-and-translations.ts";
import { bundleFiles, lightningComponentBundle } from "./lightning-component-bundle.ts";
import { layout } from "./layout.ts";
import { listView } from "./list-view.ts";
import { checkName } from "./names.ts";
import { permissionSet, profile } from "./permission-set.ts";
import { platformEventChannel, platformEventChannelMember } from "./platform-event-channel.ts";
import { businessProcess, compactLayout, fieldSet, recordType } from "./record-type.ts";
import { dashboard, folder, report, reportType } from "./reports.ts";
import type { Rule, RuleContext } from "./rule.ts";
import {
  customMetadata,
  customNotificationType,
  customPermission,
  globalValueSet,
  group,
  permissionSetGroup,
  queue,
  quickAction,
  standardValueSet,
} from "./small-types.ts";
import { validationRule } from "./validation-rule.ts";
import { storedOnly } from "./stored-only.ts";

const rules: Record<string, Rule> = {
  BusinessProcess: businessProcess,
  CompactLayout: compactLayout,
  CustomApplication: customApplication,
  CustomField: customField,
  CustomLabel: customLabel,
  CustomLabels: customLabels,
  CustomMetadata: customMetadata,
  CustomNotificationType: customNotificationType,
  CustomObject: customObject,
  CustomObjectTranslation: customObjectTranslation,
  CustomPermission: customPermission,
  CustomTab: customTab,
  Dashboard: dashboard,
  DashboardFolder: folder,
  ExternalClientApplication: externalClientApplication,
  ExtlClntAppConfigurablePolicies: externalClientSettings,
  ExtlClntAppGlobalOauthSettings: externalClientGlobalOauth,
  ExtlClntAppOauthConfigurablePolicies: externalClientSettings,
  ExtlClntAppOauthSettings: externalClientSettings,
  FieldSet: fieldSet,
  FlexiPage: flexiPage,
  GlobalValueSet: globalValueSet,
  Group: group,
  Layout: layout,
  LightningComponentBundle: lightningComponentBundle,
  ListView: listView,
  PermissionSet: permissionSet,
  PermissionSetGroup: permissionSetGroup,
  PlatformEventChannel: platformEventChannel,
  PlatformEventChannelMember: platformEventChannelMember,
  Profile: profile,
  Queue: queue,
  QuickAction: quickAction,
  RecordType: recordType,
  Report: report,
  ReportFolder: folder,
  ReportType: reportType,
  StandardValueSet: standardValueSet,
  Translations: translations,
  ValidationRule: validationRule,
};

export function componentProblems(
  item: Item,
  { model, version, compiled }: { model: Model; version: number; compiled: Compiled },
): Failure[] {
  const failures: Failure[] = [];
  const fail = (
    problem: string,
    file: string,
    where: { line?: number; column?: number },
    warning = false,
  ): void => {
    failures.push({
      type: item.type,
      fullName: item.fullName,
      file,
      problem,
      ...(where.line === undefined ? {} : { line: where.line }),
      ...(where.column === undefined ? {} : { column: where.column }),
      ...(warning ? { warning } : {}),
    });
  };
  const context: RuleContext = {
    model,
    version,
    compiled,
    report: (problem, element = item.element) => fail(problem, item.file, element ?? {}),
    reportAt: (problem, file, line, column) => fail(problem, file, { line, column }),
    warn: (problem) => fail(problem, item.file, {}, true),
  };
  const notice = storedOnly(item.type);
  if (notice !== undefined) context.warn(notice);
  checkName(item, context);
  if (item.type === "LightningComponentBundle") bundleFiles(item, context);
  if (item.broken === true || item.element === undefined) return failures;
  rules[item.type]?.(item, item.element, context);
  return failures;
}
