/** Fixed. Source: "Configure public IP network rules", learn.microsoft.com, January 2026; older pages say 100. */
export const IP_RULES_PER_REGISTRY = 200;
