// A storage account that takes identities only: state and queues, a Functions host and its package, or what feeds serve; and
// (if asked for) a container in which nothing can be changed.
param location string
param tags object

@description('Globally distinct, 3 to 24 lower-case letters and digits.')
@maxLength(24)
param name string

param sku string

@description('Principal id of the app that runs on it. Empty: its rights stand in feeds-rights.bicep.')
param ownerId string

@description('Names of its containers.')
param containers array

@description('Names of tables that must exist before an app may use them.')
param tables array

@description('Answers on the internet (to identities only), rather than in the virtual network alone.')
param reachable bool

param endpointSubnetId string
param zoneIds object

@description('0: no such container.')
param immutableDays int

@description('The policy of that container is locked: Azure then refuses to write it, even with the same values.')
param immutablePolicyLocked bool

var blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var queueDataContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
var tableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
var ownerRoles = [blobDataOwner, queueDataContributor, tableDataContributor]
var allContainers = concat(containers, immutableDays > 0 ? ['service-tag-sync-records'] : [])

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
  for one in allContainers: {
    parent: blobs
    name: one
    properties: { publicAccess: 'None' }
  }
]

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2024-01-01' = {
  parent: account
  name: 'default'
}

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2024-01-01' = [
  for one in tables: {
    parent: tableService
    name: one
  }
]

// Not locked here: locking cannot be undone, so it is yours to do. A locked policy takes no write but its extension, so from
// then on the template leaves it alone (docs/deployment.md, lock the records). @onlyIfNotExists() is no way out: a container
// without a policy answers as if it had an empty one (https://github.com/Azure/bicep/issues/18508).
resource immutable 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2024-01-01' = if (immutableDays > 0 && !immutablePolicyLocked) {
  name: '${name}/default/service-tag-sync-records/default'
  properties: {
    immutabilityPeriodSinceCreationInDays: immutableDays
    allowProtectedAppendWrites: false
  }
  dependsOn: [container]
}

resource owner 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in (ownerId == '' ? [] : ownerRoles): {
    name: guid(account.id, ownerId, role)
    scope: account
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
      principalId: ownerId
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
