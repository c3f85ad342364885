namespace DpsPortal.Services.Impact;

/// <summary>What a revocation makes of an instance's access to its key.</summary>
public enum AccessFate
{
    /// <summary>It has a way in now and will have none: its reads and writes will be rejected.</summary>
    Loses,

    /// <summary>Something could not be read or matched, so that nothing is promised.</summary>
    Unknown,

    /// <summary>It has no way in now and will have none afterwards.</summary>
    StaysWithout,

    /// <summary>It has a way in now and will have one afterwards.</summary>
    Keeps,
}
