// A virtual network: the acting app's way out (one fixed address), and private endpoints for the app, its storage and its key.
// The feeds app is not in it: what faces the internet reaches none of these endpoints.
param location string
param tags object
param token string
param addressPrefix string

var storageSuffix = environment().suffixes.storage
var siteZone = environment().name == 'AzureUSGovernment'
  ? 'privatelink.azurewebsites.us'
  : environment().name == 'AzureChinaCloud' ? 'privatelink.chinacloudsites.cn' : 'privatelink.azurewebsites.net'
var zoneNames = {
  blob: 'privatelink.blob.${storageSuffix}'
  queue: 'privatelink.queue.${storageSuffix}'
  table: 'privatelink.table.${storageSuffix}'
}
var vaultZone = environment().name == 'AzureUSGovernment'
  ? 'privatelink.vaultcore.usgovcloudapi.net'
  : environment().name == 'AzureChinaCloud' ? 'privatelink.vaultcore.azure.cn' : 'privatelink.vaultcore.azure.net'
var zones = concat(map(items(zoneNames), one => one.value), [siteZone, vaultZone])

resource address 'Microsoft.Network/publicIPAddresses@2024-05-01' = {
  name: 'pip-service-tag-sync-${token}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static' }
}

resource gateway 'Microsoft.Network/natGateways@2024-05-01' = {
  name: 'ng-service-tag-sync-${token}'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIpAddresses: [{ id: address.id }] }
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-service-tag-sync-${token}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 27, 0)
          natGateway: { id: gateway.id }
          delegations: [{ name: 'app', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'endpoints'
        properties: {
          // The second block was that of the feeds app; what is deployed stays where it is.
          addressPrefix: cidrSubnet(addressPrefix, 27, 2)
          defaultOutboundAccess: false
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
    ]
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' = [
  for name in zones: {
    name: name
    location: 'global'
    tags: tags
  }
]

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = [
  for (name, i) in zones: {
    parent: zone[i]
    name: 'link-${token}'
    location: 'global'
    properties: {
      virtualNetwork: { id: network.id }
      registrationEnabled: false
    }
  }
]

output appSubnetId string = '${network.id}/subnets/app'
output endpointSubnetId string = '${network.id}/subnets/endpoints'
output zoneIds object = {
  blob: resourceId('Microsoft.Network/privateDnsZones', zoneNames.blob)
  queue: resourceId('Microsoft.Network/privateDnsZones', zoneNames.queue)
  table: resourceId('Microsoft.Network/privateDnsZones', zoneNames.table)
}
output siteZoneId string = resourceId('Microsoft.Network/privateDnsZones', siteZone)
output vaultZoneId string = resourceId('Microsoft.Network/privateDnsZones', vaultZone)
