namespace DpsPortal.Shell;

/// <summary>What the portal is connected to; shown on every page.</summary>
internal sealed record EnvironmentInfo(EnvironmentKind Kind, bool SampleData);
