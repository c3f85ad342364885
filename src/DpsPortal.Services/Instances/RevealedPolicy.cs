using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Services.Instances;

/// <summary>The keys of a shared access policy, and the connection strings that clients of the service API take.</summary>
/// <param name="HostName">Of the instance's service API.</param>
public sealed record RevealedPolicy(string HostName, string Policy, SharedAccessKeys Keys)
{
    public string PrimaryConnectionString => ConnectionString(Keys.PrimaryKey);

    public string SecondaryConnectionString => ConnectionString(Keys.SecondaryKey);

    /// <summary>Keys never reach a log by accident.</summary>
    public override string ToString() => nameof(RevealedPolicy);

    private string ConnectionString(string key) => $"HostName={HostName};SharedAccessKeyName={Policy};SharedAccessKey={key}";
}
