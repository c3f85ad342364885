namespace DpsPortal.Features.Instances.Verification;

internal enum VerifyVerdictKind
{
    AllRead,
    Sound,
    NotTheSame,
    SomeRejected,
    AllRejected,
    SomeCorrupt,
}
