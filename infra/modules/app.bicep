// One function app on Flex Consumption: Node, its identity, its settings, its way in and out.
param location string
param tags object
param name string

@description('Storage account that the Functions host works on: keys, leases, the package.')
param hostStorageName string

@description('Storage account of the service: state and queues, the same one for the acting app; what feeds serve, for the feeds app.')
param storeName string

param identityId string
param identityClientId string

@description('Identities that targets of the config ask for, by name, and their resource and client ids in the same order.')
param otherIdentityNames array
param otherIdentityIds array
param otherIdentityClientIds array

param connectionString string
param maximumInstances int

@description('Major version of Node.')
param nodeVersion string

@description('Answers on the internet, rather than in the virtual network alone.')
param reachable bool

@description('Source addresses (CIDR) that may reach it. Empty: any.')
param clients array

param appSubnetId string
param endpointSubnetId string
param siteZoneId string
param signInClientId string

@description('A function key alone opens nothing.')
param signInRequired bool

@description('App settings of the service.')
param settings object

// What the Node worker may take; the bench measures it under the same limits (test/bench/scale.ts, docs/performance.md).
// Azure passes `languageWorkers__node__arguments` to the worker; NODE_OPTIONS would come too late for one that was started
// before it had an app.
var worker = loadJsonContent('../worker.json')
var workerSettings = union(worker.settings, { languageWorkers__node__arguments: join(worker.arguments, ' ') })

var storageSuffix = environment().suffixes.storage
var hostSettings = {
  AzureWebJobsStorage__blobServiceUri: 'https://${hostStorageName}.blob.${storageSuffix}'
  AzureWebJobsStorage__queueServiceUri: 'https://${hostStorageName}.queue.${storageSuffix}'
  AzureWebJobsStorage__tableServiceUri: 'https://${hostStorageName}.table.${storageSuffix}'
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  AZURE_CLIENT_ID: identityClientId
  // The host reads a body before the service sees it, 100 MB by default. Twice what the service takes (src/http/read-request.ts).
  FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '131072'
  APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
}
// Where the service's own state lies elsewhere than the host's.
var storeSettings = hostStorageName == storeName
  ? {}
  : {
      SERVICE_TAG_SYNC_STORAGE__blobServiceUri: 'https://${storeName}.blob.${storageSuffix}'
      SERVICE_TAG_SYNC_STORAGE__queueServiceUri: 'https://${storeName}.queue.${storageSuffix}'
      SERVICE_TAG_SYNC_STORAGE__tableServiceUri: 'https://${storeName}.table.${storageSuffix}'
    }
// By these the service finds the identity of a target.
var identitySettings = toObject(
  range(0, length(otherIdentityNames)),
  i => 'SERVICE_TAG_SYNC_IDENTITY_${toUpper(replace(otherIdentityNames[i], '-', '_'))}',
  i => otherIdentityClientIds[i]
)
var signIn = signInClientId == ''
  ? {}
  : union({ SERVICE_TAG_SYNC_EASY_AUTH: '1' }, signInRequired ? { SERVICE_TAG_SYNC_SIGN_IN: 'required' } : {})

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-${name}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource site 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: toObject(concat([identityId], otherIdentityIds), id => id, id => {})
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: reachable ? 'Enabled' : 'Disabled'
    virtualNetworkSubnetId: appSubnetId == '' ? null : appSubnetId
    keyVaultReferenceIdentity: identityId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: 'https://${hostStorageName}.blob.${storageSuffix}/deployment'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        maximumInstanceCount: maximumInstances
        instanceMemoryMB: 2048
      }
      runtime: {
        name: 'node'
        version: nodeVersion
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      ipSecurityRestrictionsDefaultAction: empty(clients) ? 'Allow' : 'Deny'
      ipSecurityRestrictions: [
        for (client, i) in clients: {
          name: 'client-${i}'
          ipAddress: client
          action: 'Allow'
          priority: 100 + i
        }
      ]
    }
  }
}

resource appSettings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: site
  name: 'appsettings'
  properties: union(hostSettings, workerSettings, storeSettings, identitySettings, signIn, settings)
}

// Who deploys code has all that the app has. A publishing profile is a password for it that no sign-in stands behind.
resource passwords 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = [
  for way in ['ftp', 'scm']: {
    parent: site
    name: way
    properties: { allow: false }
  }
]

// Every request passes through it, none is excluded and none is turned away: so the header that says who signed in is its
// own on every path, and devices get through with passwords of their own. What a token may do, and that a caller
// needs one where signing in is required, is decided by the service (docs/decisions/0016-easy-auth-before-every-path.md).
resource auth 'Microsoft.Web/sites/config@2024-04-01' = if (signInClientId != '') {
  parent: site
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      requireAuthentication: false
      unauthenticatedClientAction: 'AllowAnonymous'
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: signInClientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: { allowedAudiences: ['api://${signInClientId}'] }
      }
    }
    login: { tokenStore: { enabled: false } }
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = if (!reachable) {
  name: 'pe-${name}'
  location: location
  tags: tags
  properties: {
    subnet: { id: endpointSubnetId }
    privateLinkServiceConnections: [
      {
        name: 'sites'
        properties: {
          privateLinkServiceId: site.id
          groupIds: ['sites']
        }
      }
    ]
  }
}

resource zoneGroup 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = if (!reachable) {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [{ name: 'sites', properties: { privateDnsZoneId: siteZoneId } }]
  }
}

output name string = site.name
output host string = site.properties.defaultHostName
