// User-assigned identities: one for the app, one for each name that targets of the config give, one for the feeds.
param location string
param tags object
param token string

@description('Names of identities that targets ask for, beside the one of the app.')
param names array

param feeds bool

resource app 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'id-service-tag-sync-${token}'
  location: location
  tags: tags
}

resource targets 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = [
  for name in names: {
    name: 'id-service-tag-sync-${name}-${token}'
    location: location
    tags: tags
  }
]

resource feed 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = if (feeds) {
  name: 'id-service-tag-feeds-${token}'
  location: location
  tags: tags
}

output appId string = app.id
output appClientId string = app.properties.clientId
output appPrincipalId string = app.properties.principalId
output targetIds array = [for (name, i) in names: targets[i].id]
output targetClientIds array = [for (name, i) in names: targets[i].properties.clientId]
output targetPrincipalIds array = [for (name, i) in names: targets[i].properties.principalId]
output feedsId string = feeds ? feed!.id : ''
output feedsClientId string = feeds ? feed!.properties.clientId : ''
output feedsPrincipalId string = feeds ? feed!.properties.principalId : ''
