/**
 * Space that belongs to others, and that no Azure tag has ever held; a test compares it with the real files. Public resolvers,
 * content networks and the other large clouds: what people would notice least in a list.
 */
export const foreign = {
  ipv4: {
    24: ['8.8.8.0/24', '1.1.1.0/24', '9.9.9.0/24', '208.67.222.0/24', '185.199.108.0/24', '104.16.132.0/24'],
    20: ['52.95.240.0/20', '3.5.128.0/20', '54.231.0.0/20', '142.250.64.0/20', '34.64.0.0/20', '35.190.0.0/20'],
    16: ['52.216.0.0/16', '3.5.0.0/16', '34.66.0.0/16', '142.250.0.0/16', '17.0.0.0/16'],
  },
  ipv6: {
    48: ['2606:4700:4700::/48', '2001:4860:4860::/48', '2620:fe::/48', '2600:9000:2000::/48'],
    32: ['2606:4700::/32', '2001:4860::/32', '2a02:26f0::/32', '2600:9000::/32'],
  },
  /** Nobody's on the internet: to allow it opens the network within. */
  private: ['10.0.0.0/8', '10.1.0.0/16', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', 'fc00::/7'],
} as const;
