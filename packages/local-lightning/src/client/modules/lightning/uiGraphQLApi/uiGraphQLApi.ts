/** The older module. It lets a component refresh a wire's answer. */
import { refreshApex } from "local/lds";

export { gql, graphql, executeMutation } from "lightning/graphql";
export async function refreshGraphQL(provisioned: unknown): Promise<void> {
  await refreshApex(provisioned);
}
