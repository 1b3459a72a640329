/** The header that Easy Auth writes for a token with these app roles. Any client may write the same. */
export function principal(...roles: string[]): { readonly 'x-ms-client-principal': string } {
  const claims = [
    { typ: 'preferred_username', val: 'gateway@contoso.example' },
    // Groups are not roles, whatever they are called.
    { typ: 'groups', val: 'approver' },
    ...roles.map((val) => ({ typ: 'roles', val })),
  ];
  const said = JSON.stringify({ auth_typ: 'aad', role_typ: 'roles', claims });
  return { 'x-ms-client-principal': Buffer.from(said).toString('base64') };
}

/** Settings of an app that has Easy Auth in front, with the platform's own sign that it is on. */
export const easyAuthOn = { SERVICE_TAG_SYNC_EASY_AUTH: '1', WEBSITE_AUTH_ENABLED: 'True' };
