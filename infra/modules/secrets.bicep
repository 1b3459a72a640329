// Lets one identity read single secrets of a vault that is there already, and no others.
param vaultName string
param principalId string

@description('Names in the vault.')
param names array

var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: vaultName
}

resource secret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' existing = [
  for name in names: {
    parent: vault
    name: name
  }
]

resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, i) in names: {
    name: guid(vault.id, name, principalId, secretsUser)
    scope: secret[i]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
      principalId: principalId
      principalType: 'ServicePrincipal'
    }
  }
]
