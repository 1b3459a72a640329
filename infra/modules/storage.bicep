// A storage account that takes identities only: state, queues, the deployed package, the config, and (if asked for) a
// container in which nothing can be changed.
param location string
param tags object

@description('Globally distinct, 3 to 24 lower-case letters and digits.')
@maxLength(24)
param name string

param sku string

@description('Principal ids of the apps that run on it.')
param owners array

@description('Principal ids that read lists and note who pulled them.')
param readers array

@description('Answers on the internet (to identities only), rather than in the virtual network alone.')
param reachable bool

param endpointSubnetId string
param zoneIds object

@description('0: no such container.')
param immutableDays int

var blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var blobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
var queueDataContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
var tableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
var ownerRoles = [blobDataOwner, queueDataContributor, tableDataContributor]
var readerRoles = [blobDataReader, tableDataContributor]
var containers = concat(
  ['service-tag-sync', 'service-tag-sync-config', 'deployment'],
  immutableDays > 0 ? ['service-tag-sync-records'] : []
)

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: reachable ? 'Enabled' : 'Disabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: reachable ? 'Allow' : 'Deny'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: true
    deleteRetentionPolicy: { enabled: true, days: 14 }
    containerDeleteRetentionPolicy: { enabled: true, days: 14 }
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = [
  for one in containers: {
    parent: blobs
    name: one
    properties: { publicAccess: 'None' }
  }
]

// Not locked: locking cannot be undone, so it is yours to do (docs/deployment.md).
resource immutable 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2024-01-01' = if (immutableDays > 0) {
  name: '${name}/default/service-tag-sync-records/default'
  properties: {
    immutabilityPeriodSinceCreationInDays: immutableDays
    allowProtectedAppendWrites: false
  }
  dependsOn: [container]
}

resource owner 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for i in range(0, length(owners) * length(ownerRoles)): {
    name: guid(account.id, owners[i / length(ownerRoles)], ownerRoles[i % length(ownerRoles)])
    scope: account
    properties: {
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        ownerRoles[i % length(ownerRoles)]
      )
      principalId: owners[i / length(ownerRoles)]
      principalType: 'ServicePrincipal'
    }
  }
]

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for i in range(0, length(readers) * length(readerRoles)): {
    name: guid(account.id, readers[i / length(readerRoles)], readerRoles[i % length(readerRoles)])
    scope: account
    properties: {
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        readerRoles[i % length(readerRoles)]
      )
      principalId: readers[i / length(readerRoles)]
      principalType: 'ServicePrincipal'
    }
  }
]

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = [
  for one in (reachable ? [] : ['blob', 'queue', 'table']): {
    name: 'pe-${name}-${one}'
    location: location
    tags: tags
    properties: {
      subnet: { id: endpointSubnetId }
      privateLinkServiceConnections: [
        {
          name: one
          properties: {
            privateLinkServiceId: account.id
            groupIds: [one]
          }
        }
      ]
    }
  }
]

resource zoneGroup 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [
  for (one, i) in (reachable ? [] : ['blob', 'queue', 'table']): {
    parent: endpoint[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: one, properties: { privateDnsZoneId: zoneIds[one] } }]
    }
  }
]

output name string = account.name
