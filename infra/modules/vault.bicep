// A Key Vault of this deployment's own, with the key that seals decisions and plans. The acting app reads that one secret.
param location string
param tags object

@description('Globally distinct, 3 to 24 letters, digits and hyphens.')
@maxLength(24)
param name string

@description('Principal id of the acting app.')
param readerId string

@description('Answers on the internet (to identities only), rather than in the virtual network alone.')
param reachable bool

param endpointSubnetId string
param zoneId string

// Azure makes it where it deploys, so no desk and no pipeline ever holds it. Two random GUIDs have 244 random bits.
@secure()
@description('The key of a first deployment; a secret that is there already stays.')
param sealKey string = '${newGuid()}${newGuid()}'

var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'
var readerRoles = [secretsUser]

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    publicNetworkAccess: reachable ? 'Enabled' : 'Disabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: reachable ? 'Allow' : 'Deny'
    }
  }
}

// With another key every stored decision and plan would count as forged: written once, and left alone ever after.
@onlyIfNotExists()
resource key 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'seal-key'
  properties: { value: sealKey }
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in readerRoles: {
    name: guid(key.id, readerId, role)
    scope: key
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
      principalId: readerId
      principalType: 'ServicePrincipal'
    }
  }
]

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = if (!reachable) {
  name: 'pe-${name}'
  location: location
  tags: tags
  properties: {
    subnet: { id: endpointSubnetId }
    privateLinkServiceConnections: [
      {
        name: 'vault'
        properties: {
          privateLinkServiceId: vault.id
          groupIds: ['vault']
        }
      }
    ]
  }
}

resource zoneGroup 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = if (!reachable) {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [{ name: 'vault', properties: { privateDnsZoneId: zoneId } }]
  }
}

output name string = vault.name
output sealKeyReference string = '@Microsoft.KeyVault(VaultName=${vault.name};SecretName=${key.name})'
