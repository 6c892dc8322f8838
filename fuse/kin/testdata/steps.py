# Differential vectors for one filter step, by numpy in plain matrix form.
import json, numpy as np
rng = np.random.default_rng(20260101)
pk = lambda P: [float(P[i,j]) for i in range(4) for j in range(i,4)]
out=[]
for n in range(24):
    A = rng.normal(size=(4,4))*np.array([[8],[8],[1.5],[1.5]])
    P = A@A.T + np.diag([1,1,.1,.1])
    x = np.array([rng.uniform(-3000,3000), rng.uniform(500,5000), rng.normal()*5, rng.normal()*5])
    dt, q, tau = rng.uniform(.1,4), rng.uniform(.01,2), float(rng.choice([0,6,25]))
    # Discretise dx = Fx dt + dw by Van Loan's matrix exponential (1978).
    F = np.zeros((4,4)); F[0,2]=F[1,3]=1
    if tau: F[2,2]=F[3,3]=-1/tau
    G = np.diag([0,0,q,q])
    M = np.block([[-F,G],[np.zeros((4,4)),F.T]])*dt
    E = np.eye(8); T=np.eye(8)
    s = max(0,int(np.ceil(np.log2(max(1e-9,np.abs(M).sum()))))+4); Ms=M/2**s
    for k in range(1,20):
        T=T@Ms/k; E=E+T
    for _ in range(s): E=E@E
    Phi=E[4:,4:].T; Q=Phi@E[:4,4:]
    x1=Phi@x; P1=Phi@P@Phi.T+Q
    c = dict(X=x.tolist(),P=pk(P),DT=dt,Q=q,Tau=tau,DriftX=x1.tolist(),DriftP=pk(P1))
    # One extended Kalman update in Joseph form with bearing, range, range rate.
    px,py=rng.uniform(-500,500),rng.uniform(-500,0)
    dx,dy=x1[0]-px,x1[1]-py; r=np.hypot(dx,dy); vr=(dx*x1[2]+dy*x1[3])/r
    # Large range variance against curvature: the step is not iterated.
    kind=n%3
    R=np.diag([1e-4,400.0,.25]); H=np.array([[dy/r**2,-dx/r**2,0,0],[dx/r,dy/r,0,0],[(x1[2]-vr*dx/r)/r,(x1[3]-vr*dy/r)/r,dx/r,dy/r]])
    z=np.array([np.arctan2(dx,dy)+rng.normal()*.005,r+rng.normal()*15,vr+rng.normal()*.4])
    h=np.array([np.arctan2(dx,dy),r,vr])
    if kind==1:
        R,H,z,h=R[:2,:2],H[:2],z[:2],h[:2]
    if kind==2:
        R=np.array([[25,7.],[7,16.]]); H=np.eye(4)[:2]; h=x1[:2]-[px,py]; z=h+rng.normal(size=2)*5
    nu=z-h; S=H@P1@H.T+R; K=P1@H.T@np.linalg.inv(S)
    x2=x1+K@nu; I=np.eye(4)-K@H; P2=I@P1@I.T+K@R@K.T
    d2=float(nu@np.linalg.solve(S,nu)); ll=float(-.5*(d2+np.log(np.linalg.det(2*np.pi*S))))
    c.update(Kind=["doppler","radar","place"][kind],PX=px,PY=py,Z=z.tolist(),R=[float(v) for v in R.flatten()],UseX=x2.tolist(),UseP=pk(P2),D2=d2,LogL=ll)
    out.append(c)
json.dump(out,open('steps.json','w'),indent=0)
