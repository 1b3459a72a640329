// A custom role in one subscription, with the actions that one kind of target declares and no other.
targetScope = 'subscription'

param name string
param actions array

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, name)
  properties: {
    roleName: name
    description: 'What service-tag-sync declares for this kind of target. Written from its code; do not edit by hand.'
    type: 'CustomRole'
    permissions: [{ actions: actions, notActions: [] }]
    assignableScopes: [subscription().id]
  }
}
