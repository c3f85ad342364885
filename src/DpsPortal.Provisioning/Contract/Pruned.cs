namespace DpsPortal.Provisioning.Contract;

public sealed record Pruned(int Removed);
