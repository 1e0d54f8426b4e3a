/** Jobs of one endpoint that nobody has taken yet, those for later included. $1 endpoint. */
export const dropWaitingDeliveries = `
delete from pgboss.job where name = 'deliveries' and singleton_key = $1 and state = 'created'`;
