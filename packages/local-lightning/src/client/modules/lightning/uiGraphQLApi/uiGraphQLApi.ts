/** The module's older name; here a wire's answer is refreshed from outside. */
import { refreshApex } from "local/lds";

export { gql, graphql, executeMutation } from "lightning/graphql";
export async function refreshGraphQL(provisioned: unknown): Promise<void> {
  await refreshApex(provisioned);
}
