namespace DpsPortal.KeyVault.Http;

/// <summary>What counts together: making keys and everything else, of -HSM types and of the others.</summary>
internal enum ThrottleBucket
{
    SoftwareOther,
    SoftwareCreate,
    HsmOther,
    HsmCreate,
}
