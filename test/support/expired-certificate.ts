/** A certificate for 127.0.0.1 that nobody signed and that has expired; its key is used nowhere else. */
export const expiredCertificate = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBDzCBtgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwHhcN
MjAwMTAxMDAwMDAwWhcNMjAwMjAxMDAwMDAwWjAUMRIwEAYDVQQDDAkxMjcuMC4w
LjEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARftjFUpPB79pklh77vRKgMICdX
94kJW6LA+hQ5SIy9QswwbK3qCeSz3Vz55yQspn6Zkjc5EpbvEY5pz606zTH+MAoG
CCqGSM49BAMCA0gAMEUCIQDOVx9C3gdYnoUHzeKLTxsot4yS08NAWEA+B4oTvdb+
5wIgXTI8adaN1pYgbFE2mYmQBjthm3ru+K2OXAou11vLjZ4=
-----END CERTIFICATE-----
`,
  key: `-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIEimYT15UtMwAbiQkAdtkM77XCOuT5gluzNRKriydhhkoAoGCCqGSM49
AwEHoUQDQgAEX7YxVKTwe/aZJYe+70SoDCAnV/eJCVuiwPoUOUiMvULMMGyt6gnk
s91c+eckLKZ+mZI3ORKW7xGOac+tOs0x/g==
-----END EC PRIVATE KEY-----
`,
};
