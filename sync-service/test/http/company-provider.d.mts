export interface CompanyProvider {
  issuer: string;
  as(name: string, groups: string[]): void;
  register(client: { clientId: string; clientSecret: string; redirectUri: string }): void;
  refuse(): void;
  ask(): void;
  close(): Promise<void>;
}
export function companyProvider(): Promise<CompanyProvider>;
