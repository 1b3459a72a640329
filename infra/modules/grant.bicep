// Gives one identity one of the custom roles at this resource group.
targetScope = 'resourceGroup'

param roleName string
param principalId string

resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(resourceGroup().id, roleName, principalId)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', guid(subscription().id, roleName))
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
