// service-tag-sync: everything it runs on, for `azd up` or `az deployment sub create`.
// What the identities may do in Azure Resource Manager stands in roles.json (from the code) and grants.json (from your
// config); `npm run role -- --config service-tag-sync.json` writes both. Each module says what it creates.
targetScope = 'subscription'

@description('Name of this environment; part of the names of its resources.')
@minLength(1)
@maxLength(24)
param environmentName string

@description('Region of everything that is created.')
param location string

// Empty texts stand for defaults that are no plain words: azd hands an unset variable on as an empty text.
@description('Resource group of everything that is created. Empty: rg-service-tag-sync-<environment>.')
param resourceGroupName string = ''

@description('Acting app without a public address: app, storage and key answer in a virtual network only, later deployments too. Costs extra, see docs/cost.md.')
param privateNetworking bool = false

@description('Address space of the virtual network; at least a /25. Empty: 10.77.0.0/24.')
param addressPrefix string = ''

@description('A second app that serves feeds to firewalls that pull, with a public address and without any right in Azure Resource Manager.')
param feeds bool = false

@description('Source addresses (CIDR, with commas between them) that may reach the feeds at all. Empty: any, each device with its own password.')
param feedClients string = ''

@description('Name of the blob in the container service-tag-sync-config that holds the config. Empty: the config of the package counts.')
param configBlob string = ''

@description('Resource id of a Key Vault that holds the secrets which the config names, HQ_SECRET as HQ-SECRET. Empty: you set them as app settings, anew after each provision.')
param keyVaultId string = ''

@description('When a run begins: six fields, seconds first, UTC. Empty: every six hours, 0 0 */6 * * *.')
param schedule string = ''

@description('Application (client) id of an Entra app registration with the app roles reader, feed, operator and approver. Empty: function keys only.')
param signInClientId string = ''

@description('Callers of the API must sign in; function keys open nothing. Feeds keep their passwords. Counts where signInClientId is given.')
param signInRequired bool = true

@description('Targets in mode report-only may read their own resource, and nothing else. False: they get no right at all from here, and fail unless they get one elsewhere.')
param reportOnlyReads bool = true

@description('A container that gets every plan and every decision, in which none can be changed or deleted.')
param immutableRecords bool = false

@description('State without a seal, which a version before seals stored, is accepted and sealed. For the first deployment after such a version, and no longer.')
param acceptUnsealed bool = false

@description('Days for which nothing in that container can be deleted.')
@minValue(1)
@maxValue(146000)
param immutableDays int = 365

@description('You have locked the immutability policy of that container: it takes no write from here any longer, only its extension by hand.')
param immutablePolicyLocked bool = false

@description('Redundancy of storage. ZRS survives the loss of a zone; some regions have LRS only.')
@allowed(['Standard_ZRS', 'Standard_LRS', 'Standard_GZRS', 'Standard_GRS'])
param storageSku string = 'Standard_ZRS'

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logDays int = 30

@description('Mail address that alerts go to. Empty: alerts show in the portal and are sent to no one.')
param alertEmail string = ''

@description('Most instances of one app at a time. The queues need no more than a few; some regions ask for at least 40.')
@minValue(1)
@maxValue(1000)
param maximumInstances int = 40

@description('Major version of Node that the apps run on, one that Flex Consumption offers.')
param nodeVersion string = '24'

var roles = loadJsonContent('roles.json')
var given = loadJsonContent('grants.json')
var givenRoles = concat(given.roles, reportOnlyReads ? given.reportOnly.roles : [])
var givenGrants = concat(given.grants, reportOnlyReads ? given.reportOnly.grants : [])
var givenSubscriptionGrants = concat(
  given.subscriptionGrants,
  reportOnlyReads ? given.reportOnly.subscriptionGrants : []
)
var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
// /subscriptions/<id>/resourceGroups/<group>/providers/Microsoft.KeyVault/vaults/<name>
var vaultName = last(split(keyVaultId, '/'))
var vaultSubscription = keyVaultId == '' ? subscription().subscriptionId : split(keyVaultId, '/')[2]
var vaultGroup = keyVaultId == '' ? 'none' : split(keyVaultId, '/')[4]
var appSecrets = keyVaultId == '' ? [] : given.secrets.app
var feedsSecrets = keyVaultId == '' ? [] : given.secrets.feeds
var storageSuffix = environment().suffixes.storage
// Devices that pull are noted there by the feeds app; it may write no other table.
var pullsTable = 'servicetagsyncpulls'
// Role names must be distinct in the whole tenant, and one kind of target may stand in several subscriptions.
var rolePrefix = 'service-tag-sync ${environmentName} ${token}'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: resourceGroupName == '' ? 'rg-service-tag-sync-${environmentName}' : resourceGroupName
  location: location
  tags: tags
}

module identities 'modules/identities.bicep' = {
  name: 'identities'
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    names: given.identities
    feeds: feeds
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    logDays: logDays
    publishers: concat(
      [identities.outputs.appPrincipalId],
      feeds ? [identities.outputs.feedsPrincipalId] : []
    )
  }
}

module network 'modules/network.bicep' = if (privateNetworking) {
  name: 'network'
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    addressPrefix: addressPrefix == '' ? '10.77.0.0/24' : addressPrefix
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    location: location
    tags: tags
    name: 'sts${token}'
    ownerId: identities.outputs.appPrincipalId
    containers: ['service-tag-sync', 'service-tag-sync-config', 'deployment']
    tables: []
    sku: storageSku
    reachable: !privateNetworking
    endpointSubnetId: privateNetworking ? network!.outputs.endpointSubnetId : ''
    zoneIds: privateNetworking ? network!.outputs.zoneIds : {}
    immutableDays: immutableRecords ? immutableDays : 0
    immutablePolicyLocked: immutablePolicyLocked
  }
}

module vault 'modules/vault.bicep' = {
  name: 'vault'
  scope: group
  params: {
    location: location
    tags: tags
    name: 'kv-sts-${token}'
    readerId: identities.outputs.appPrincipalId
    reachable: !privateNetworking
    endpointSubnetId: privateNetworking ? network!.outputs.endpointSubnetId : ''
    zoneId: privateNetworking ? network!.outputs.vaultZoneId : ''
  }
}

module app 'modules/app.bicep' = {
  name: 'app'
  scope: group
  // An app that starts before it may read its secrets remembers that it could not.
  dependsOn: [appSecretsGrant, feedsRights]
  params: {
    location: location
    tags: union(tags, { 'azd-service-name': 'app' })
    name: 'func-service-tag-sync-${token}'
    hostStorageName: storage.outputs.name
    storeName: storage.outputs.name
    identityId: identities.outputs.appId
    identityClientId: identities.outputs.appClientId
    otherIdentityNames: given.identities
    otherIdentityIds: identities.outputs.targetIds
    otherIdentityClientIds: identities.outputs.targetClientIds
    connectionString: monitoring.outputs.connectionString
    maximumInstances: maximumInstances
    nodeVersion: nodeVersion
    reachable: !privateNetworking
    clients: []
    appSubnetId: privateNetworking ? network!.outputs.appSubnetId : ''
    endpointSubnetId: privateNetworking ? network!.outputs.endpointSubnetId : ''
    siteZoneId: privateNetworking ? network!.outputs.siteZoneId : ''
    signInClientId: signInClientId
    signInRequired: signInRequired
    settings: union(
      { SERVICE_TAG_SYNC_SEAL_KEY: vault.outputs.sealKeyReference },
      feeds
        ? {
            SERVICE_TAG_SYNC_FEEDS_STORAGE__blobServiceUri: 'https://${feedsStore!.outputs.name}.blob.${storageSuffix}'
            SERVICE_TAG_SYNC_FEEDS_STORAGE__queueServiceUri: 'https://${feedsStore!.outputs.name}.queue.${storageSuffix}'
            SERVICE_TAG_SYNC_FEEDS_STORAGE__tableServiceUri: 'https://${feedsStore!.outputs.name}.table.${storageSuffix}'
          }
        : {},
      schedule == '' ? {} : { SERVICE_TAG_SYNC_SCHEDULE: schedule },
      toObject(appSecrets, name => name, name => '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=${replace(name, '_', '-')})'),
      configBlob == '' ? {} : { SERVICE_TAG_SYNC_CONFIG_BLOB: configBlob },
      immutableRecords ? { SERVICE_TAG_SYNC_RECORDS: 'service-tag-sync-records' } : {},
      acceptUnsealed ? { SERVICE_TAG_SYNC_UNSEALED: 'accept' } : {}
    )
  }
}

// What feeds serve, and nothing else: the acting app writes it, the feeds app reads it. It answers on the internet, to these
// two identities only, so that the feeds app needs no way into the virtual network of the acting app.
module feedsStore 'modules/storage.bicep' = if (feeds) {
  name: 'feeds-store'
  scope: group
  params: {
    location: location
    tags: tags
    name: 'stl${token}'
    ownerId: ''
    containers: ['service-tag-sync', 'service-tag-sync-config']
    tables: ['servicetagsync', pullsTable]
    sku: storageSku
    reachable: true
    endpointSubnetId: ''
    zoneIds: {}
    immutableDays: 0
    immutablePolicyLocked: false
  }
}

module feedsRights 'modules/feeds-rights.bicep' = if (feeds) {
  name: 'feeds-rights'
  scope: group
  params: {
    storeName: feeds ? feedsStore!.outputs.name : ''
    writerId: identities.outputs.appPrincipalId
    readerId: identities.outputs.feedsPrincipalId
    pullsTable: pullsTable
  }
}

// Of its own: what firewalls reach from outside shares neither identity nor instance with what writes. The Functions host
// needs an account that it owns; the service keeps nothing there.
module feedsHost 'modules/storage.bicep' = if (feeds) {
  name: 'feeds-host'
  scope: group
  params: {
    location: location
    tags: tags
    name: 'stf${token}'
    ownerId: identities.outputs.feedsPrincipalId
    containers: ['deployment']
    tables: []
    sku: storageSku
    reachable: true
    endpointSubnetId: ''
    zoneIds: {}
    immutableDays: 0
    immutablePolicyLocked: false
  }
}

module feedsApp 'modules/app.bicep' = if (feeds) {
  name: 'feeds'
  scope: group
  dependsOn: [feedsSecretsGrant, feedsRights]
  params: {
    location: location
    tags: union(tags, { 'azd-service-name': 'feeds' })
    name: 'func-service-tag-feeds-${token}'
    hostStorageName: feeds ? feedsHost!.outputs.name : ''
    storeName: feeds ? feedsStore!.outputs.name : ''
    identityId: identities.outputs.feedsId
    identityClientId: identities.outputs.feedsClientId
    otherIdentityNames: []
    otherIdentityIds: []
    otherIdentityClientIds: []
    connectionString: monitoring.outputs.connectionString
    maximumInstances: maximumInstances
    nodeVersion: nodeVersion
    reachable: true
    clients: feedClients == '' ? [] : split(replace(feedClients, ' ', ''), ',')
    appSubnetId: ''
    endpointSubnetId: ''
    siteZoneId: ''
    signInClientId: signInClientId
    // Devices show a password of their own; a token with the app role feed is one more way in.
    signInRequired: false
    settings: union(
      {
        SERVICE_TAG_SYNC_SERVES: 'feeds'
      },
      toObject(feedsSecrets, name => name, name => '@Microsoft.KeyVault(VaultName=${vaultName};SecretName=${replace(name, '_', '-')})'),
      configBlob == '' ? {} : { SERVICE_TAG_SYNC_CONFIG_BLOB: configBlob }
    )
  }
}

module appSecretsGrant 'modules/secrets.bicep' = if (!empty(appSecrets)) {
  name: 'app-secrets'
  scope: resourceGroup(vaultSubscription, vaultGroup)
  params: {
    vaultName: vaultName
    principalId: identities.outputs.appPrincipalId
    names: map(appSecrets, name => replace(name, '_', '-'))
  }
}

module feedsSecretsGrant 'modules/secrets.bicep' = if (feeds && !empty(feedsSecrets)) {
  name: 'feeds-secrets'
  scope: resourceGroup(vaultSubscription, vaultGroup)
  params: {
    vaultName: vaultName
    principalId: identities.outputs.feedsPrincipalId
    names: map(feedsSecrets, name => replace(name, '_', '-'))
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    location: location
    tags: tags
    token: token
    workspaceId: monitoring.outputs.workspaceId
    email: alertEmail
  }
}

// Exactly what the kinds of the configured targets declare, one role a kind, in each subscription that has such targets.
module definitions 'modules/role.bicep' = [
  for one in givenRoles: {
    name: 'role-${uniqueString(one.role, one.subscriptionId, environmentName)}'
    scope: subscription(one.subscriptionId)
    params: {
      name: '${rolePrefix} ${one.role} ${one.subscriptionId}'
      actions: roles.roles[one.role]
    }
  }
]

module grants 'modules/grant.bicep' = [
  for one in givenGrants: {
    name: 'grant-${uniqueString(one.role, one.identity, one.subscriptionId, one.resourceGroup, environmentName)}'
    scope: resourceGroup(one.subscriptionId, one.resourceGroup)
    params: {
      roleName: '${rolePrefix} ${one.role} ${one.subscriptionId}'
      principalId: one.identity == 'app'
        ? identities.outputs.appPrincipalId
        : identities.outputs.targetPrincipalIds[max(0, indexOf(given.identities, one.identity))]
    }
    dependsOn: [definitions]
  }
]

module subscriptionGrants 'modules/subscription-grant.bicep' = [
  for one in givenSubscriptionGrants: {
    name: 'grant-${uniqueString(one.role, one.identity, one.subscriptionId, environmentName)}'
    scope: subscription(one.subscriptionId)
    params: {
      roleName: '${rolePrefix} ${one.role} ${one.subscriptionId}'
      principalId: one.identity == 'app'
        ? identities.outputs.appPrincipalId
        : identities.outputs.targetPrincipalIds[max(0, indexOf(given.identities, one.identity))]
    }
    dependsOn: [definitions]
  }
]

output AZURE_RESOURCE_GROUP string = group.name
output APP_NAME string = app.outputs.name
output APP_HOST string = app.outputs.host
output FEEDS_HOST string = feeds ? feedsApp!.outputs.host : ''
output FEEDS_NAME string = feeds ? feedsApp!.outputs.name : ''
output STORAGE_ACCOUNT string = storage.outputs.name
output AZURE_KEY_VAULT_NAME string = vault.outputs.name
