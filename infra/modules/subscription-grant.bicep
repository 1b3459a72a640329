// Gives one identity one of the custom roles at this whole subscription: only what can be asked for nowhere else.
targetScope = 'subscription'

param roleName string
param principalId string

resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, roleName, principalId)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', guid(subscription().id, roleName))
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
