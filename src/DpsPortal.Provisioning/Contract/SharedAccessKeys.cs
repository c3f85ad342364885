namespace DpsPortal.Provisioning.Contract;

/// <summary>Base64 of 32 bytes each.</summary>
public sealed record SharedAccessKeys(string PrimaryKey, string SecondaryKey)
{
    /// <summary>Keys never reach a log by accident.</summary>
    public override string ToString() => nameof(SharedAccessKeys);
}
