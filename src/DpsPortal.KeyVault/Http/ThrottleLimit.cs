namespace DpsPortal.KeyVault.Http;

/// <summary>Operations of one kind of key alone that a vault answers in ten seconds.</summary>
internal sealed record ThrottleLimit(string Family, int? Size, int HsmCreate, int HsmOther, int SoftwareCreate, int SoftwareOther);
