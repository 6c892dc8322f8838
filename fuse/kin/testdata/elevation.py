# Differential vectors for one update with azimuth and elevation, by numpy: the
# Jacobian by complex steps, the update in Joseph form with all rows at once.
import json, numpy as np
rng = np.random.default_rng(20260102)
pk = lambda P: [float(P[i,j]) for i in range(4) for j in range(i,4)]
R_EARTH = 6.371e6/(1-0.13)
def h(x, px, py, height):
    dx, dy = x[0]-px, x[1]-py
    r = np.sqrt(dx*dx+dy*dy)
    t = (height + r*r/(2*R_EARTH))/r
    return np.array([np.arctan(dx/dy), -np.arctan(t)])  # numpy's takes complex steps
out = []
for n in range(20):
    A = rng.normal(size=(4,4))*np.array([[5],[5],[1],[1]])
    P = A@A.T + np.diag([1,1,.1,.1])
    x = np.array([rng.uniform(-800,800), rng.uniform(900,3000), rng.normal()*3, rng.normal()*3])
    px, py, height = rng.uniform(-200,200), rng.uniform(-200,0), rng.uniform(8,60)
    sh = rng.uniform(.5,3)
    H = np.zeros((2,4))
    for i in range(4):
        e = np.zeros(4,complex); e[i] = 1e-30j
        H[:,i] = np.imag(h(x+e,px,py,height))/1e-30
    byh = np.imag(h(x.astype(complex),px,py,height+1e-30j))[1]/1e-30
    pred = np.real(h(x.astype(complex),px,py,height))
    R0 = np.diag([1e-5,4e-6])
    R = R0 + np.diag([0,byh**2*sh**2])
    z = pred + rng.normal(size=2)*np.sqrt(np.diag(R))
    nu = z-pred; S = H@P@H.T+R; K = P@H.T@np.linalg.inv(S)
    x2 = x+K@nu; I = np.eye(4)-K@H; P2 = I@P@I.T+K@R@K.T
    d2 = float(nu@np.linalg.solve(S,nu)); ll = float(-.5*(d2+np.log(np.linalg.det(2*np.pi*S))))
    out.append(dict(X=x.tolist(),P=pk(P),PX=px,PY=py,Height=height,VarHeight=sh**2,Az=float(z[0]),El=float(z[1]),VarAz=1e-5,VarEl=4e-6,
        H=H[1].tolist(),UseX=x2.tolist(),UseP=pk(P2),D2=d2,LogL=ll))
json.dump(out,open('elevation.json','w'),indent=0)
