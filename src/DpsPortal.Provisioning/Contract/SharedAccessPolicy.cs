namespace DpsPortal.Provisioning.Contract;

public sealed record SharedAccessPolicy(string Name, AccessRights Rights)
{
    /// <summary>The policy that every instance is created with; it has every right.</summary>
    public const string Owner = "provisioningserviceowner";

    public const int LongestName = 64;
}
