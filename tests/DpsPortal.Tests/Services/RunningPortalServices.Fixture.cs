namespace DpsPortal.Tests.Services;

/// <summary>As a class fixture. Campaigns, which no test runner starts, use the other part alone.</summary>
public sealed partial class RunningPortalServices : IAsyncLifetime;
