using DpsPortal.Provisioning.Contract;

namespace DpsPortal.Provisioning.Http;

/// <summary>What becomes known of a request while it is served: the operations log has one entry for it, written before the answer is.</summary>
internal sealed class OperationTrail(OperationCategory category, string operation)
{
    public OperationCategory Category => category;

    public string Operation => operation;

    /// <summary>Id in the answer of a failure and in the log.</summary>
    public string TrackingId { get; } = Guid.NewGuid().ToString();

    /// <summary>Name of the instance; without one there is no log to write to.</summary>
    public string? Instance { get; set; }

    public Caller Caller { get; set; } = new("", "Unknown");

    public RecordKind? Kind { get; set; }

    public string RecordId { get; set; } = "";

    /// <summary>Of a success: what the log shall say of it.</summary>
    public string? Description { get; set; }

    /// <summary>Set where a call was refused for want of the key.</summary>
    public KeyDenial? Denial { get; set; }

    /// <summary>The caller of the calls that this request makes.</summary>
    public Caller Calling => Caller with { Denied = denial => Denial = denial };
}
