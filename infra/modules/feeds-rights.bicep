// Who may do what at the storage account of feeds: the acting app writes it, the feeds app reads it and notes who pulled.
param storeName string

@description('Principal id of the acting app.')
param writerId string

@description('Principal id of the feeds app.')
param readerId string

@description('The one table that the feeds app writes.')
param pullsTable string

var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var tableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
var blobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
var tableDataReader = '76199698-9eea-4c19-bc75-cec21354c6b6'
var writerRoles = [blobDataContributor, tableDataContributor]
var readerRoles = [blobDataReader, tableDataReader]
var pullRoles = [tableDataContributor]

resource store 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: storeName
}

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2024-01-01' existing = {
  parent: store
  name: 'default'
}

resource pulls 'Microsoft.Storage/storageAccounts/tableServices/tables@2024-01-01' existing = {
  parent: tableService
  name: pullsTable
}

resource writer 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in writerRoles: {
    name: guid(store.id, writerId, role)
    scope: store
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
      principalId: writerId
      principalType: 'ServicePrincipal'
    }
  }
]

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in readerRoles: {
    name: guid(store.id, readerId, role)
    scope: store
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
      principalId: readerId
      principalType: 'ServicePrincipal'
    }
  }
]

resource pullWriter 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in pullRoles: {
    name: guid(pulls.id, readerId, role)
    scope: pulls
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
      principalId: readerId
      principalType: 'ServicePrincipal'
    }
  }
]
